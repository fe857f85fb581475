#include "dav/dav.h"

#include "base/log.h"
#include "dav/account-page.h"
#include "http/authorization.h"
#include "http/reply.h"
#include "store/pool.h"

#include <errno.h>

enum { PAGE_MAX_BYTES = 1024 * 1024, STATUS_OK = 200, STATUS_UNAVAILABLE = 503 };

struct Dav {
        Config *config;
        Authorization *authorization;
        StorePool *pool;
        HttpMount mounts[2];
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

static int on_root(HttpRequest *request, const char *rest, void *userdata)
{
        Dav *dav = userdata;
        Login login;
        (void)rest;
        int r = authorization_check(dav->authorization, request, &login);
        return r != 0 ? r : reply_account(dav, request, &login);
}

static const HttpRoute routes[] = {
        { "/dav/", true, HTTP_GET, on_root, NULL },
        { NULL, false, 0, NULL, NULL },
};

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
