#include "dav/dav.h"

#include "base/log.h"
#include "dav/call.h"
#include "dav/method-delete.h"
#include "dav/method-get.h"
#include "dav/method-mkcol.h"
#include "dav/method-move.h"
#include "dav/method-propfind.h"
#include "dav/method-proppatch.h"
#include "dav/method-put.h"
#include "dav/method-report.h"
#include "dav/object-check.h"
#include "dav/property-update.h"
#include "dav/report.h"
#include "http/authorization.h"
#include "store/history.h"
#include "store/sync-mark.h"

#include <errno.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

#define RETRY_SECONDS "5"

/*
 * The methods apart from OPTIONS; the second column is true if the store is opened for writing, the third
 * has the kinds of resources that have the method once they are there.
 */
#define METHOD_ROWS(ROW)                                                                                    \
        ROW(HTTP_GET, false, ALL_KINDS, method_get)                                                         \
        ROW(HTTP_POST, true, (int)DAV_COLLECTIONS | (int)DAV_OUTBOX, method_post)                           \
        ROW(HTTP_PUT, true, DAV_WRITTEN, method_put)                                                        \
        ROW(HTTP_DELETE, true, (int)DAV_COLLECTIONS | (int)DAV_MEMBERS, method_delete)                      \
        ROW(HTTP_PROPPATCH, true, ALL_KINDS, method_proppatch)                                              \
        ROW(HTTP_PROPFIND, false, ALL_KINDS, method_propfind)                                               \
        ROW(HTTP_REPORT, false, ALL_KINDS, method_report)                                                   \
        ROW(HTTP_MKCALENDAR, true, 0, method_mkcalendar)                                                    \
        ROW(HTTP_MKCOL, true, 0, method_mkcol)                                                              \
        ROW(HTTP_MOVE, true, DAV_WRITTEN, method_move)                                                      \
        ROW(HTTP_COPY, true, DAV_WRITTEN, method_copy)

enum {
#define BIT(method, writes, kinds, run) method |
        METHODS = METHOD_ROWS(BIT) HTTP_OPTIONS,
#undef BIT
        ALL_KINDS = (DAV_MESSAGE << 1) - 1,
        STATUS_NO_CONTENT = 204,
        STATUS_PERMANENT_REDIRECT = 308,
        STATUS_UNAVAILABLE = 503,
        STATUS_INSUFFICIENT_STORAGE = 507,
};

struct Dav {
        Config *config;
        const Clock *clock;
        ZoneTable *zones;
        SyncMark *mark;
        Authorization *authorization;
        StorePool *writers; /* for methods that write; those that read take from authorization_readers() */
        const char *prefix; /* the path of http.base_url, which begins all paths; borrowed from `config` */
};

static int reply_later(HttpRequest *request)
{
        static const HttpHeader later[] = { { "Retry-After", RETRY_SECONDS }, { NULL, NULL } };
        return http_reply_error_with(request, STATUS_UNAVAILABLE, NULL, later);
}

/* Replies to a request for which the store has returned a condition; @store is NULL if it was not opened. */
static int reply_failure(HttpRequest *request, Store *store, int r)
{
        if (r == DB_E_BUSY || r == DB_E_AWAY)
                return reply_later(request);
        log_error("/dav/: the store fails: %s", store ? store_explain(store, r) : "it cannot be opened");
        if (r == DB_E_FULL)
                return dav_reply_precondition(
                                request, STATUS_INSUFFICIENT_STORAGE, "D:sufficient-disk-space", NULL, NULL);
        return http_reply_error(request, STATUS_UNAVAILABLE, NULL);
}

/* Replies to a request whose multistatus would be too large. */
static int reply_too_large(HttpRequest *request)
{
        return http_request_method(request) == HTTP_REPORT
                               ? dav_reply_precondition(request, STATUS_INSUFFICIENT_STORAGE,
                                                 "D:number-of-matches-within-limits", NULL, NULL)
                               : http_reply_error(request, STATUS_INSUFFICIENT_STORAGE, NULL);
}

/* Gives back a connection, but not one that has failed. */
static void give_back(StorePool *pool, Store *store, int r)
{
        if (r == DB_E_IO || r == DB_E_CORRUPT)
                store_pool_drop(pool, store);
        else
                store_pool_give(pool, store);
}

/* Replies to OPTIONS without a login, because browsers and some programs send it before they sign in. */
static int reply_options(const Dav *dav, HttpRequest *request)
{
        char allow[HTTP_METHODS_SIZE];
        const HttpHeader headers[] = { { "Allow", allow }, { "DAV", dav_classes(dav->config) },
                { NULL, NULL } };
        const HttpReply reply = { .status = STATUS_NO_CONTENT, .headers = headers };
        http_method_list(METHODS, allow);
        return http_reply_send(request, &reply);
}

static const struct MethodRow {
        HttpMethod method;
        bool writes;
        int kinds;
        DavMethod *run;
} method_rows[] = {
#define ROW(method, writes, kinds, run) { method, writes, kinds, run },
        METHOD_ROWS(ROW)
#undef ROW
};

static const struct MethodRow *find_method(HttpMethod method)
{
        const struct MethodRow *row = method_rows;
        while (row->method != method)
                row++;
        return row;
}

/* A question that is sent to an outbox reads only, and may take as long as a report. */
static bool writes(HttpRequest *request, const DavResource *resource)
{
        const struct MethodRow *row = find_method(http_request_method(request));
        return row->writes && !(row->method == HTTP_POST && resource->kind == DAV_OUTBOX);
}

static unsigned methods_of(DavKind kind)
{
        unsigned methods = 0;
        for (size_t i = 0; i < sizeof(method_rows) / sizeof(method_rows[0]); i++)
                if (method_rows[i].kinds & (int)kind)
                        methods |= method_rows[i].method;
        return methods;
}

/* Notes the newest change that the reply may have told of. */
static void note_change(const Dav *dav, Store *store)
{
        int64_t change;
        if (store_sequence(store, &change) == 0)
                sync_mark_tell(dav->mark, change);
}

/* @store: a connection with an open transaction, for a method that reads; NULL for none */
static int run_method(const Dav *dav, HttpRequest *request, const char *rest, const DavResource *resource,
                const Login *login, Store *store)
{
        const struct MethodRow *row = find_method(http_request_method(request));
        StorePool *pool =
                        writes(request, resource) ? dav->writers : authorization_readers(dav->authorization);
        DavCall call = { .request = request,
                .config = dav->config,
                .clock = dav->clock,
                .zones = dav->zones,
                .store = store,
                .view = { .prefix = dav->prefix,
                                .login = login,
                                .config = dav->config,
                                .resource = *resource },
                .rest = rest };
        int r = store ? 0 : store_pool_take(pool, &call.store, NULL);
        if (r != 0)
                return r < 0 ? r : reply_failure(request, NULL, r);
        if (row->method != HTTP_PROPFIND) /* the most frequent request: the clock is a system call */
                call.work_end = clock_of_thread() + dav->config->dav.report_time;
        history_set_author(call.store, HISTORY_DAV, login->name);
        call.methods = methods_of(call.view.resource.kind);
        int result = r = row->run(&call);
        if (r > 0 && r != HTTP_E_REPLIED)
                r = reply_failure(request, call.store, r);
        else if (r == -EFBIG && row->method & (HTTP_PROPFIND | HTTP_REPORT))
                r = reply_too_large(request);
        else if (r == -ENOSPC)
                r = reply_later(request);
        /*
         * A method that refuses or fails can leave its transaction open, with changes that do not stay. One
         * that only reads leaves it open, so that the change is read without another transaction.
         */
        if (row->writes)
                store_rollback(call.store);
        note_change(dav, call.store);
        store_rollback(call.store);
        give_back(pool, call.store, result);
        return r;
}

static int on_request(HttpRequest *request, const char *rest, void *userdata)
{
        const Dav *dav = userdata;
        DavResource resource;
        Login login;
        if (http_request_method(request) == HTTP_OPTIONS)
                return reply_options(dav, request);
        if (!dav_resource_read(rest, &resource))
                resource = (DavResource){ .kind = 0 };
        Store *store = NULL;
        bool is_write = writes(request, &resource);
        HttpWork work = is_write ? HTTP_WORK_WRITE : HTTP_WORK_READ;
        int r = authorization_check(dav->authorization, request, work, &login, is_write ? NULL : &store);
        return r != 0 ? r : run_method(dav, request, rest, &resource, &login, store);
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

/* An object that is a little too large is read, so that the reply names the precondition. */
static const HttpContent object_content = {
        .kind = HTTP_CONTENT_KEPT, .methods = HTTP_PUT | HTTP_POST, .max_bytes = 2 * OBJECT_CHECK_MAX_BYTES
};

static const HttpContent property_content = {
        .kind = HTTP_CONTENT_KEPT,
        .methods = HTTP_PROPPATCH | HTTP_MKCALENDAR | HTTP_MKCOL,
        .max_bytes = PROPERTY_UPDATE_MAX_BYTES,
        .next = &object_content,
};

static const HttpContent report_content = {
        .kind = HTTP_CONTENT_KEPT,
        .methods = HTTP_REPORT,
        .max_bytes = REPORT_MAX_BYTES,
        .next = &property_content,
};

static const HttpContent content = {
        .kind = HTTP_CONTENT_KEPT,
        .methods = HTTP_PROPFIND,
        .max_bytes = PROPFIND_MAX_BYTES,
        .next = &report_content,
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
        int r = store_pool_new(config->store, zones, STORE_WRITE, &dav->writers);
        return r != 0 ? r : authorization_new(&options, &dav->authorization);
}

/*
 * Without the file, and with a store that is damaged there, the daemon works, but does not notice a store
 * that was put back.
 */
static int open_mark(Dav *dav, Store *store)
{
        bool renewed = false;
        int r = sync_mark_open(store, &renewed, &dav->mark);
        if (renewed)
                log_info("the store was put back: calendar programs read their calendars again from the beginning");
        if (r == 0 || r == -ENOMEM)
                return r;
        log_warning("the file beside the store with the newest sync token cannot be kept, a store that is put back may not be noticed: %s",
                        r < 0 ? strerror(-r) : store_explain(store, r));
        return 0;
}

int dav_new(Config *config, ZoneTable *zones, const Clock *clock, Store *store,
                const char *(*explain_not_private)(const char *language), Dav **ret)
{
        CLEANUP(dav_freep) Dav *dav = calloc(1, sizeof(*dav));
        *ret = NULL;
        if (!dav)
                return -ENOMEM;
        dav->config = config_ref(config);
        dav->clock = clock;
        dav->zones = zones;
        xmlInitParser(); /* before several threads parse */
        dav->prefix = path_of(dav->config->http.base_url);
        int r = set_up(dav, zones, clock, explain_not_private);
        if (r == 0)
                r = open_mark(dav, store);
        if (r == 0)
                *ret = TAKE_PTR(dav);
        return r;
}

Dav *dav_free(Dav *dav)
{
        if (!dav)
                return NULL;
        authorization_free(dav->authorization);
        store_pool_free(dav->writers);
        sync_mark_free(dav->mark);
        config_unref(dav->config);
        free(dav);
        return NULL;
}

HttpMount dav_mount(Dav *dav)
{
        return (HttpMount){ routes, dav };
}

Authorization *dav_authorization(const Dav *dav)
{
        return dav->authorization;
}

SyncMark *dav_sync_mark(const Dav *dav)
{
        return dav->mark;
}
