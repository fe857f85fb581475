#include "http/request.h"

#include "base/text.h"
#include "http/connection.h"
#include "http/tls-credentials.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { FORWARDED_BYTES = 4096, COOKIE_SECONDS = 365 * 86400 };

bool http_request_is_proxy(const HttpRequest *request, const Address *address)
{
        for (const Network *network = request->shared->proxies; network->address.family; network++)
                if (network_has(network, address))
                        return true;
        return address->family == AF_UNIX;
}

/*
 * Removes the last members of a list up to one that is not empty, and returns that one; NULL if there is
 * none.
 */
static char *take_last(Buffer *list)
{
        while (list->len > 0) {
                char *comma = memrchr(list->data, ',', list->len);
                char *last = comma ? comma + 1 : list->data;
                list->data[list->len] = '\0';
                list->len = comma ? (size_t)(comma - list->data) : 0;
                last += strspn(last, " \t");
                last[strcspn(last, " \t")] = '\0';
                if (*last)
                        return last;
        }
        return NULL;
}

static bool read_peer(const HttpRequest *request, Address *ret)
{
        const union MHD_ConnectionInfo *info =
                        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        return info && address_of(info->client_addr, ret) == 0;
}

bool http_request_client(HttpRequest *request, Address *ret)
{
        CLEANUP(buffer_done) Buffer list = BUFFER_INIT(FORWARDED_BYTES);
        Address client;
        if (!read_peer(request, &client))
                return false;
        http_fields_join(request->connection, "X-Forwarded-For", &list);
        if (buffer_error(&list) < 0)
                return false;
        if (list.len > 0 && !http_request_is_proxy(request, &client))
                return false;
        const char *member;
        while (http_request_is_proxy(request, &client) && (member = take_last(&list)))
                if (address_parse(member, &client) < 0)
                        return false;
        *ret = client;
        return true;
}

bool http_request_is_local(HttpRequest *request)
{
        Address peer;
        return read_peer(request, &peer) && peer.family == AF_UNIX;
}

/* Whether an address is of this machine, so that the connection crosses no network. */
static bool is_this_machine(const Address *peer)
{
        static const unsigned char loopback[16] = { [15] = 1 };
        return peer->family == AF_INET    ? peer->bytes[0] == 127
               : peer->family == AF_INET6 ? memcmp(peer->bytes, loopback, sizeof(loopback)) == 0
                                          : peer->family == AF_UNIX;
}

static bool has_tls(const HttpRequest *request)
{
        return MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION) != NULL;
}

/* @trusts_near: whether a connection from this machine counts, if no proxy names the scheme */
static bool is_encrypted(HttpRequest *request, bool trusts_near)
{
        CLEANUP(buffer_done) Buffer list = BUFFER_INIT(FORWARDED_BYTES);
        Address peer;
        if (!read_peer(request, &peer))
                return false;
        bool is_near = is_this_machine(&peer);
        http_fields_join(request->connection, "X-Forwarded-Proto", &list);
        if (buffer_error(&list) < 0)
                return false;
        const char *scheme = is_near || http_request_is_proxy(request, &peer) ? take_last(&list) : NULL;
        return scheme ? strcasecmp(scheme, "https") == 0 : (trusts_near && is_near) || has_tls(request);
}

bool http_request_is_private(HttpRequest *request)
{
        return is_encrypted(request, true);
}

bool http_request_is_https(HttpRequest *request)
{
        return is_encrypted(request, false);
}

int http_request_move(HttpRequest *request, HttpWork work, uint64_t key)
{
        if (request->deferral == HTTP_ON_WORKER && request->work == work)
                return 0;
        request->work = work;
        request->work_key = key;
        return HTTP_E_DEFERRED;
}

int http_request_defer(HttpRequest *request, HttpWork work, uint64_t key)
{
        return request->deferral == HTTP_ON_WORKER ? 0 : http_request_move(request, work, key);
}

HttpConnections http_request_connections(const HttpRequest *request)
{
        return admission_counts(request->shared->admission);
}

uint64_t http_request_over_budget(const HttpRequest *request)
{
        return budget_refused(request->shared->budget);
}

uint64_t http_request_total(const HttpRequest *request, int status)
{
        return status >= HTTP_STATUS_MIN && status < HTTP_STATUS_MAX
                               ? atomic_load_explicit(&request->shared->totals[status - HTTP_STATUS_MIN],
                                                 memory_order_relaxed)
                               : 0;
}

int http_request_status(const HttpRequest *request)
{
        return request->status;
}

usec_t http_request_certificate_expires(const HttpRequest *request)
{
        struct TlsCredentials *credentials = request->shared->credentials;
        return credentials ? tls_credentials_expires(credentials) : 0;
}

HttpMethod http_request_method(const HttpRequest *request)
{
        return request->method;
}

const char *http_request_authority(const HttpRequest *request)
{
        return *request->target.authority ? request->target.authority : NULL;
}

const char *http_request_header(HttpRequest *request, const char *name)
{
        return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

void http_request_header_list(HttpRequest *request, const char *name, Buffer *out)
{
        http_fields_join(request->connection, name, out);
}

const char *http_request_query(HttpRequest *request, const char *name)
{
        return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

typedef struct QueryWalk {
        void (*on_field)(const char *name, const char *value, void *userdata);
        void *userdata;
} QueryWalk;

static enum MHD_Result on_parameter(
                void *userdata, enum MHD_ValueKind kind, const char *name, const char *value)
{
        const QueryWalk *walk = userdata;
        (void)kind;
        walk->on_field(name, value ? value : "", walk->userdata);
        return MHD_YES;
}

void http_request_query_each(HttpRequest *request,
                void (*on_field)(const char *name, const char *value, void *userdata), void *userdata)
{
        QueryWalk walk = { on_field, userdata };
        MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, on_parameter, &walk);
}

const char *http_request_content(const HttpRequest *request, size_t *ret_len)
{
        *ret_len = request->body.kept.len;
        return buffer_text(&request->body.kept);
}

SpoolPool *http_request_spools(const HttpRequest *request)
{
        return &request->shared->spools;
}

void *http_request_stream(const HttpRequest *request)
{
        return request->body.stream;
}

const char *http_request_form(HttpRequest *request, const char *name)
{
        return request->form ? http_form_get(request->form, name, NULL) : NULL;
}

const char *http_request_form_bytes(HttpRequest *request, const char *name, size_t *ret_len)
{
        *ret_len = 0;
        return request->form ? http_form_get(request->form, name, ret_len) : NULL;
}

void http_request_form_each(HttpRequest *request,
                void (*on_field)(const char *name, const char *value, void *userdata), void *userdata)
{
        if (request->form)
                http_form_each(request->form, on_field, userdata);
}

const char *http_request_cookie(HttpRequest *request, const char *name)
{
        return MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name);
}

int http_request_set_cookie(HttpRequest *request, const char *name, const char *value)
{
        const HttpCookieOptions options = { .path = "/", .seconds = COOKIE_SECONDS };
        return http_request_set_cookie_with(request, name, value, &options);
}

int http_request_set_cookie_with(
                HttpRequest *request, const char *name, const char *value, const HttpCookieOptions *options)
{
        static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_+-";
        size_t len = strlen(value);
        if (len >= HTTP_COOKIE_BYTES || strspn(value, allowed) != len)
                return -EINVAL;
        if (request->n_cookies == HTTP_COOKIES_MAX)
                return -ENOBUFS;
        HttpCookie *cookie = &request->cookies[request->n_cookies++];
        cookie->name = name;
        cookie->options = *options;
        memcpy(cookie->value, value, len + 1);
        return 0;
}

const char *http_request_language(HttpRequest *request, const char *fallback)
{
        return text_language(http_request_header(request, "Accept-Language"),
                        fallback ? fallback : request->shared->language);
}
