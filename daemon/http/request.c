#include "http/request.h"

#include "base/text.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

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
