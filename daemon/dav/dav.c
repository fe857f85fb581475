#include "dav/dav.h"

#include "base/log.h"
#include "dav/account-page.h"
#include "dav/method-propfind.h"
#include "dav/multistatus.h"
#include "http/authorization.h"
#include "http/reply.h"
#include "store/pool.h"

#include <errno.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

enum {
        PAGE_MAX_BYTES = 1024 * 1024,
        METHODS = HTTP_GET | HTTP_OPTIONS | HTTP_PROPFIND,
        STATUS_OK = 200,
        STATUS_NO_CONTENT = 204,
        STATUS_PERMANENT_REDIRECT = 308,
        STATUS_NOT_FOUND = 404,
        STATUS_UNAVAILABLE = 503,
};

struct Dav {
        Config *config;
        Authorization *authorization;
        StorePool *pool;
        HttpMount mounts[2];
        const char *prefix; /* the path of http.base_url, which begins all paths; borrowed from `config` */
};

static int reply_failure(HttpRequest *request, Store *store, int r)
{
        if (r < 0)
                return r;
        log_error("/dav/: the store fails: %s", store ? store_explain(store, r) : "it cannot be opened");
        return http_reply_error(request, STATUS_UNAVAILABLE, NULL);
}

static int reply_account(const Dav *dav, HttpRequest *request, const Login *login)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        Store *store = NULL;
        int r = store_pool_take(dav->pool, &store, NULL);
        if (r != 0)
                return reply_failure(request, NULL, r);
        r = account_page_write(store, login, http_request_language(request, NULL), &page);
        if (r != 0)
                r = reply_failure(request, store, r);
        else
                r = http_reply_page(request, STATUS_OK, "text/plain; charset=utf-8", buffer_text(&page),
                                page.len);
        store_pool_give(dav->pool, store);
        return r;
}

/* Replies to OPTIONS without a login, because browsers and some programs send it before they sign in. */
static int reply_options(HttpRequest *request)
{
        char allow[HTTP_METHODS_SIZE];
        const HttpHeader headers[] = { { "Allow", allow }, { "DAV", DAV_CLASSES }, { NULL, NULL } };
        const HttpReply reply = { .status = STATUS_NO_CONTENT, .headers = headers };
        http_method_list(METHODS, allow);
        return http_reply_send(request, &reply);
}

static int find_properties(const Dav *dav, HttpRequest *request, const char *rest, const Login *login)
{
        DavView view = { .prefix = dav->prefix, .login = login };
        Store *store = NULL;
        int r = store_pool_take(dav->pool, &store, NULL);
        if (r != 0)
                return reply_failure(request, NULL, r);
        r = method_propfind(request, store, &view, rest);
        if (r > 0)
                r = reply_failure(request, store, r);
        store_pool_give(dav->pool, store);
        return r;
}

static int on_request(HttpRequest *request, const char *rest, void *userdata)
{
        const Dav *dav = userdata;
        Login login;
        HttpMethod method = http_request_method(request);
        if (method == HTTP_OPTIONS)
                return reply_options(request);
        int r = authorization_check(dav->authorization, request, &login);
        if (r != 0)
                return r;
        if (method == HTTP_PROPFIND)
                return find_properties(dav, request, rest, &login);
        return rest[0] ? http_reply_error(request, STATUS_NOT_FOUND, NULL)
                       : reply_account(dav, request, &login);
}

/* Redirects a well-known URI, at which clients begin, to /dav/ (RFC 6764, 5). */
static int on_well_known(HttpRequest *request, const char *rest, void *userdata)
{
        const Dav *dav = userdata;
        CLEANUP(cleanup_free) char *location = NULL;
        (void)rest;
        if (asprintf(&location, "%s/dav/", dav->prefix) < 0) {
                location = NULL;
                return -ENOMEM;
        }
        return http_reply_redirect(request, STATUS_PERMANENT_REDIRECT, location);
}

static const HttpContent content = {
        .kind = HTTP_CONTENT_KEPT, .methods = HTTP_PROPFIND, .max_bytes = PROPFIND_MAX_BYTES
};

static const HttpRoute routes[] = {
        { "/dav/", false, METHODS, on_request, &content },
        { "/dav", true, METHODS, on_request, &content },
        { "/.well-known/caldav", true, HTTP_GET | HTTP_PROPFIND, on_well_known, &content },
        { "/.well-known/carddav", true, HTTP_GET | HTTP_PROPFIND, on_well_known, &content },
        { NULL, false, 0, NULL, NULL },
};

/* Returns the path of a base_url, under which clients reach the server; "" for the root. */
static const char *path_of(const char *base_url)
{
        const char *authority = strstr(base_url, "://");
        const char *path = authority ? strchr(authority + 3, '/') : NULL;
        return path ? path : "";
}

static int set_up(Dav *dav, ZoneTable *zones, const Clock *clock,
                const char *(*explain_not_private)(const char *language))
{
        const Config *config = dav->config;
        const AuthorizationOptions options = {
                .store = config->store,
                .realm = config->auth.realm,
                .proxy_header = config->auth.proxy_header,
                .zones = zones,
                .clock = clock,
                .remember = config->auth.remember,
                .n_failures = config->auth.failures,
                .wait_max = config->auth.failure_wait,
                .basic_without_tls = config->auth.basic_without_tls,
                .explain_not_private = explain_not_private,
        };
        int r = store_pool_new(config->store, zones, &dav->pool);
        return r != 0 ? r : authorization_new(&options, &dav->authorization);
}

int dav_new(Config *config, ZoneTable *zones, const Clock *clock,
                const char *(*explain_not_private)(const char *language), Dav **ret)
{
        CLEANUP(dav_freep) Dav *dav = calloc(1, sizeof(*dav));
        *ret = NULL;
        if (!dav)
                return -ENOMEM;
        dav->config = config_ref(config);
        dav->mounts[0] = (HttpMount){ routes, dav };
        xmlInitParser(); /* before several threads parse */
        dav->prefix = path_of(dav->config->http.base_url);
        int r = set_up(dav, zones, clock, explain_not_private);
        if (r == 0)
                *ret = TAKE_PTR(dav);
        return r;
}

Dav *dav_free(Dav *dav)
{
        if (!dav)
                return NULL;
        authorization_free(dav->authorization);
        store_pool_free(dav->pool);
        config_unref(dav->config);
        free(dav);
        return NULL;
}

const HttpMount *dav_mounts(const Dav *dav)
{
        return dav->mounts;
}
