#include "service/free-busy.h"

#include "base/arena.h"
#include "base/array.h"
#include "base/log.h"
#include "base/worker.h"
#include "mail/fetch.h"
#include "meet/fetch-due.h"
#include "meet/fetched.h"
#include "store/free-busy.h"

#include <errno.h>
#include <string.h>

enum {
        PATIENCE_SECONDS = 60,
        TIMEOUT_SECONDS = 60,
        FORGET_DAYS = 7,
        SETTLE_SECONDS = 1, /* the changes of so long cost one look */
};

struct FreeBusyFetch {
        const Clock *clock;
        const Node *node;
        ZoneTable *zones;
        StorePool *stores; /* to read */
        Config *config;
        Worker *worker;
        Network *allowed;
        size_t n_allowed;
};

/* A host whose busy times are due to be fetched. */
typedef struct Due {
        const char *host, *url, *etag;
} Due;

typedef struct DueList {
        Due *items;
        size_t n;
        Arena arena;
} DueList;

static void due_list_done(DueList *list)
{
        free(list->items);
        arena_done(&list->arena);
}

static int on_due(const char *host, const char *url, const char *etag, void *userdata)
{
        DueList *list = userdata;
        for (size_t i = 0; i < list->n; i++)
                if (strcmp(list->items[i].host, host) == 0)
                        return 0;
        Due *items = array_grow(list->items, list->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        list->items = items;
        items[list->n] = (Due){
                .host = arena_copy(&list->arena, host, strlen(host)),
                .url = arena_copy(&list->arena, url, strlen(url)),
                .etag = arena_copy(&list->arena, etag, strlen(etag)),
        };
        return items[list->n].host && items[list->n].url && items[list->n++].etag ? 0 : -ENOMEM;
}

static int list_due(const FreeBusyFetch *fetch, DueList *list)
{
        Store *store = NULL;
        usec_t now = clock_now(fetch->clock), before = now - fetch->config->meetings.fetch_every;
        int r = store_pool_take(fetch->stores, &store, NULL);
        if (r != 0)
                return r;
        r = fetch_due_each(store, fetch->config->time_zone, before, now, on_due, list);
        if (r == 0)
                store_pool_give(fetch->stores, store);
        else
                store_pool_drop(fetch->stores, store);
        return r;
}

static int keep(const FreeBusyFetch *fetch, const FetchedResult *result)
{
        CLEANUP(store_closep) Store *store = NULL;
        const char *news = NULL;
        usec_t now = clock_now(fetch->clock);
        int r = store_open(fetch->config->store, STORE_WRITE, fetch->zones, &store, NULL);
        if (r != 0)
                return r;
        store_set_patience(store, PATIENCE_SECONDS * USEC_PER_SEC);
        r = fetched_keep(store, fetch->config, result, now, &news);
        if (r == 0)
                r = free_busy_drop(store, now - FORGET_DAYS * USEC_PER_DAY);
        if (r == 0 && news && news[0])
                log_warning("the busy times of the host %s cannot be fetched: %s", result->host, news);
        else if (r == 0 && news)
                log_info("the busy times of the host %s can be fetched again", result->host);
        return r;
}

static bool is_stopping(void *userdata)
{
        const FreeBusyFetch *fetch = userdata;
        return worker_is_stopping(fetch->worker);
}

static int fetch_one(FreeBusyFetch *fetch, const Due *due)
{
        CLEANUP(fetch_reply_done) FetchReply reply;
        const FetchRequest request = {
                .url = due->url,
                .etag = due->etag,
                .allowed = fetch->allowed,
                .n_allowed = fetch->n_allowed,
                .max_bytes = FETCHED_BYTES_MAX,
                .timeout = TIMEOUT_SECONDS * USEC_PER_SEC,
                .is_stopping = is_stopping,
                .userdata = fetch,
        };
        int r = fetch_get(&request, &reply);
        if (worker_is_stopping(fetch->worker))
                return -ECANCELED;
        FetchedResult result = {
                .host = due->host,
                .url = due->url,
                .etag = reply.etag,
                .text = reply.bytes,
                .len = reply.len,
                .error = r == FETCH_E_FAILED ? reply.error : NULL,
        };
        return r < 0 ? r : keep(fetch, &result);
}

static void look(FreeBusyFetch *fetch)
{
        CLEANUP(due_list_done) DueList list = { 0 };
        int r = list_due(fetch, &list);
        for (size_t i = 0; r == 0 && i < list.n; i++)
                r = fetch_one(fetch, &list.items[i]);
        if (r != 0 && r != -ECANCELED)
                log_warning("the busy times of hosts cannot be fetched now: %s",
                                r < 0 ? strerror(-r) : store_explain(NULL, r));
}

/* Waits until a change of the store or the next fetch, and then for the changes that come with it. */
static void wait_for_change(const FreeBusyFetch *fetch, Worker *worker)
{
        worker_wait(worker, clock_monotonic() + fetch->config->meetings.fetch_every);
        usec_t until = clock_monotonic() + SETTLE_SECONDS * USEC_PER_SEC;
        while (!worker_is_stopping(worker) && clock_monotonic() < until)
                worker_wait(worker, until);
}

static void run(Worker *worker, void *userdata)
{
        FreeBusyFetch *fetch = userdata;
        while (!worker_is_stopping(worker)) {
                if (node_has(fetch->node, NODE_BUSY_TIMES))
                        look(fetch);
                wait_for_change(fetch, worker);
        }
}

static int read_networks(FreeBusyFetch *fetch)
{
        size_t n = fetch->config->meetings.n_fetch_from;
        fetch->allowed = calloc(n + 1, sizeof(*fetch->allowed));
        for (size_t i = 0; fetch->allowed && i < n; i++)
                if (network_parse(fetch->config->meetings.fetch_from[i],
                                    &fetch->allowed[fetch->n_allowed]) == 0)
                        fetch->n_allowed++;
        return fetch->allowed ? 0 : -ENOMEM;
}

int free_busy_fetch_new(const Clock *clock, const Node *node, ZoneTable *zones, StorePool *stores,
                Config *config, FreeBusyFetch **ret)
{
        *ret = NULL;
        CLEANUP(free_busy_fetch_freep) FreeBusyFetch *fetch = calloc(1, sizeof(*fetch));
        if (!fetch)
                return -ENOMEM;
        fetch->clock = clock;
        fetch->node = node;
        fetch->zones = zones;
        fetch->stores = stores;
        fetch->config = config_ref(config);
        int r = read_networks(fetch);
        if (r == 0)
                r = worker_new("freebusy", run, fetch, &fetch->worker);
        if (r == 0)
                *ret = TAKE_PTR(fetch);
        return r;
}

FreeBusyFetch *free_busy_fetch_free(FreeBusyFetch *fetch)
{
        if (!fetch)
                return NULL;
        worker_free(fetch->worker);
        config_unref(fetch->config);
        free(fetch->allowed);
        free(fetch);
        return NULL;
}

void free_busy_fetch_wake(FreeBusyFetch *fetch)
{
        if (fetch)
                worker_wake(fetch->worker);
}
