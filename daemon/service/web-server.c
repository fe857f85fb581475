#include "service/web-server.h"

#include "base/notify.h"
#include "web/error-page.h"
#include "web/site-routes.h"

/* The routes of site, office and accounts to which no link with a token leads. */
static const char *const open_paths[] = { "/", "/month/", "/week/", "/year/", "/site/", "/calendar/",
        "/event/", "/image/", "/images/", "/office/", "/dav/", NULL };

enum { SOCKETS_MAX = 16, LONG_WORK_SECONDS = 20 };

int web_server_start(
                const WebServerParts *parts, HttpServer **ret, bool *ret_has_sockets, InputError *ret_error)
{
        int sockets[SOCKETS_MAX];
        const Config *config = parts->config;
        const HttpOptions options = {
                .listen = config->http.listen,
                .n_listen = config->http.n_listen,
                .sockets = sockets,
                .n_sockets = (size_t)notify_sockets(sockets, SOCKETS_MAX),
                .threads = config->http.threads,
                .connections = config->http.connections,
                .connections_per_address = config->http.connections_per_address,
                .idle_timeout = config->http.idle_timeout,
                .request_timeout = config->http.request_timeout,
                .long_work = LONG_WORK_SECONDS * USEC_PER_SEC,
                .language = config->language,
                .clock = parts->clock,
                .trusted_proxies = config->http.trusted_proxies,
                .n_trusted_proxies = config->http.n_trusted_proxies,
                .write_error = error_page_write,
                .mounts = parts->mounts,
                .access_log = config->http.access_log,
                .open_paths = open_paths,
                .tls = parts->tls,
        };
        *ret_has_sockets = options.n_sockets > 0;
        return http_server_new(&options, site_routes, parts->site, ret, ret_error);
}
