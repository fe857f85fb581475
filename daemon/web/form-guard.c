/*
 * A browser sends the origin of a form's page: in Origin (RFC 6454), and in Sec-Fetch-Site if the server
 * uses TLS or is on the same machine. Our pages have the Referrer-Policy `same-origin`. With
 * `no-referrer`, browsers would send "null" as the Origin of our own forms, which is also what a page of
 * another site sends when it hides its origin.
 */

#include "web/form-guard.h"

#include "http/reply.h"
#include "http/request.h"
#include "web/page-view.h"
#include "web/site.h"

#include <string.h>
#include <strings.h>

enum { FORM_BYTES = 16384, FORBIDDEN = 403 };

/* Returns the part of an origin or a URL that follows "://"; NULL if it has no "://". */
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

/* Whether an origin is the origin of the base URL, which may have a path. */
static bool is_origin_of(const char *origin, const char *base_url)
{
        const char *host = host_of(base_url);
        size_t len = host ? (size_t)(host - base_url) + strcspn(host, "/") : 0;
        return len > 0 && strlen(origin) == len && strncasecmp(origin, base_url, len) == 0;
}

/*
 * Whether a form is from this site. Without Sec-Fetch-Site, an Origin must be that of Host or, because a
 * proxy may change Host, of the base URL. A request with neither header is not from a browser, and is
 * accepted.
 */
bool form_guard_is_own(HttpRequest *request, const Config *config)
{
        const char *site = http_request_header(request, "Sec-Fetch-Site");
        const char *origin = http_request_header(request, "Origin");
        if (site)
                return strcasecmp(site, "same-origin") == 0 || strcasecmp(site, "none") == 0;
        return !origin || is_same_host(origin, http_request_authority(request)) ||
               is_origin_of(origin, config->http.base_url);
}

bool form_guard_is_proven(HttpRequest *request, const Config *config)
{
        const char *site = http_request_header(request, "Sec-Fetch-Site");
        return form_guard_is_own(request, config) && (site ? strcasecmp(site, "same-origin") == 0
                                                           : http_request_header(request, "Origin") != NULL);
}

static int on_header(HttpRequest *request, const char *rest, void *userdata)
{
        CLEANUP(page_view_done) PageView view = { 0 };
        (void)rest;
        int r = site_page_view(userdata, request, &view);
        if (r < 0 || form_guard_is_own(request, view.config))
                return r;
        return site_reply_error(userdata, request, FORBIDDEN, view.strings->refused_site);
}

const HttpContent form_guard_content = {
        .kind = HTTP_CONTENT_FORM,
        .methods = HTTP_POST,
        .max_bytes = FORM_BYTES,
        .on_header = on_header,
};
