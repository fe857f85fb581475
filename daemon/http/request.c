#include "http/request.h"

#include "base/buffer.h"
#include "base/text.h"
#include "http/tls-internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { FORWARDED_BYTES = 4096 };

static bool is_proxy(const HttpRequest *request, const Address *address)
{
        for (const Network *network = request->proxies; network->address.family; network++)
                if (network_has(network, address))
                        return true;
        return address->family == AF_UNIX;
}

/* Several headers of one name are one list (RFC 9110, 5.3). */
static enum MHD_Result on_forwarded(
                void *userdata, enum MHD_ValueKind kind, const char *name, const char *value)
{
        (void)kind;
        if (strcasecmp(name, "X-Forwarded-For") == 0)
                buffer_printf(userdata, "%s%s", ((Buffer *)userdata)->len > 0 ? "," : "",
                                value ? value : "");
        return MHD_YES;
}

/* The last address of the list, which is cut off. False when there is none, or something else. */
static bool take_last(char *list, Address *ret)
{
        char *comma = strrchr(list, ','), *last = comma ? comma + 1 : list;
        last += strspn(last, " \t");
        last[strcspn(last, " \t")] = '\0';
        bool taken = address_parse(last, ret) == 0;
        *(comma ? comma : list) = '\0';
        return taken;
}

HttpConnections http_request_connections(const HttpRequest *request)
{
        return guard_counts(request->guard);
}

bool http_request_client(HttpRequest *request, Address *ret)
{
        CLEANUP(buffer_done) Buffer list = BUFFER_INIT(FORWARDED_BYTES);
        Address client, before;
        const union MHD_ConnectionInfo *info =
                        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        if (!info || address_of(info->client_addr, &client) < 0)
                return false;
        MHD_get_connection_values(request->connection, MHD_HEADER_KIND, on_forwarded, &list);
        if (buffer_error(&list) < 0)
                return false;
        if (list.len > 0 && !is_proxy(request, &client))
                return false;
        while (list.len > 0 && list.data[0] && is_proxy(request, &client) && take_last(list.data, &before))
                client = before;
        *ret = client;
        return true;
}

uint64_t http_request_total(const HttpRequest *request, int status)
{
        return status >= HTTP_STATUS_MIN && status < HTTP_STATUS_MAX
                               ? atomic_load_explicit(&request->totals[status - HTTP_STATUS_MIN],
                                                 memory_order_relaxed)
                               : 0;
}

int http_request_status(const HttpRequest *request)
{
        return request->status;
}

usec_t http_request_certificate_expires(const HttpRequest *request)
{
        const HttpConnection *kept = http_connection_of(request->connection);
        return kept && kept->tls ? tls_expires(kept->tls) : 0;
}

HttpMethod http_request_method(const HttpRequest *request)
{
        return request->method;
}

const char *http_request_header(HttpRequest *request, const char *name)
{
        return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *http_request_query(HttpRequest *request, const char *name)
{
        return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

const char *http_request_cookie(HttpRequest *request, const char *name)
{
        return MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name);
}

int http_request_set_cookie(HttpRequest *request, const char *name, const char *value)
{
        static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_+-";
        size_t len = strlen(value);
        if (len >= HTTP_COOKIE_BYTES || strspn(value, allowed) != len)
                return -EINVAL;
        if (request->n_cookies == HTTP_COOKIES_MAX)
                return -ENOBUFS;
        HttpCookie *cookie = &request->cookies[request->n_cookies++];
        cookie->name = name;
        memcpy(cookie->value, value, len + 1);
        return 0;
}

const char *http_request_form(HttpRequest *request, const char *name)
{
        return request->form ? http_form_get(request->form, name) : NULL;
}

const char *http_request_language(HttpRequest *request, const char *fallback)
{
        return text_language(http_request_header(request, "Accept-Language"),
                        fallback ? fallback : request->server_language);
}

void http_request_cork(HttpRequest *request, bool on)
{
        int value = on;
        const union MHD_ConnectionInfo *info =
                        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        /* A socket that is not of TCP has no packets: it refuses, and all is well. */
        request->corked = info &&
                          setsockopt(info->connect_fd, IPPROTO_TCP, TCP_CORK, &value, sizeof(value)) == 0 &&
                          on;
}
