/*
 * A browser tells where a form comes from: in Sec-Fetch-Site to a server that speaks TLS, or that is on this machine, and in Origin (RFC 6454)
 * to any. Pages have the Referrer-Policy `same-origin`: with `no-referrer` the Origin of their own forms would be "null", as that of a page
 * that hides where it is from.
 */

#include "web/form-guard.h"

#include "http/reply.h"
#include "http/request.h"
#include "web/page-view.h"
#include "web/site.h"

#include <string.h>
#include <strings.h>

enum { FORM_BYTES = 16384, FORBIDDEN = 403 };

/* Where the host of an origin or a URL begins. */
static const char *host_of(const char *url)
{
        const char *host = strstr(url, "://");
        return host ? host + strlen("://") : NULL;
}

static bool is_same_host(const char *origin, const char *authority)
{
        const char *host = host_of(origin);
        return host && authority && strcasecmp(host, authority) == 0;
}

/* The base URL may have a path. */
static bool is_origin_of(const char *origin, const char *base_url)
{
        const char *host = host_of(base_url);
        size_t len = host ? (size_t)(host - base_url) + strcspn(host, "/") : 0;
        return len > 0 && strlen(origin) == len && strncasecmp(origin, base_url, len) == 0;
}

/* A proxy may send another Host on than the reader has addressed. */
static bool is_own(HttpRequest *request, const Config *config)
{
        const char *site = http_request_header(request, "Sec-Fetch-Site");
        const char *origin = http_request_header(request, "Origin");
        if (site)
                return strcasecmp(site, "same-origin") == 0 || strcasecmp(site, "none") == 0;
        return !origin || is_same_host(origin, http_request_authority(request)) ||
               is_origin_of(origin, config->http.base_url);
}

static int on_header(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(page_view_done) PageView view = { 0 };
        (void)rest;
        int r = site_page_view(userdata, request, &view);
        if (r < 0 || is_own(request, view.config))
                return r;
        return site_reply_error(userdata, request, FORBIDDEN, view.strings->refused_site);
}

const HttpContent form_guard_content = {
        .kind = HTTP_CONTENT_FORM,
        .methods = HTTP_POST,
        .max_bytes = FORM_BYTES,
        .on_header = on_header,
};
