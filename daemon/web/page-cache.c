#include "web/page-cache.h"

#include "base/conditions.h"
#include "base/hash.h"
#include "base/log.h"
#include "http/reply.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { KEY_BYTES = 2048, PAGE_E_UNAVAILABLE = CONDITIONS_WEB + 3 };

static const usec_t RETRY_USEC = USEC_PER_SEC;

/* One kept page. */
typedef struct PageSlot {
        uint64_t hash;
        const char *key;
        HttpEntity *entity;
        size_t bytes;
        int64_t sequence; /* of the catalog that the page was made from */
        int64_t hosts;    /* CatalogCheck.hosts when the page was made; 0 for a page that shows no hosts */
        usec_t until;     /* next_midnight() when the page was made */
        uint64_t used;
} PageSlot;

struct PageCache {
        StorePool *stores;
        pthread_mutex_t lock;
        Config *config;      /* all kept pages were made with it */
        uint64_t generation; /* incremented when the store may have changed */
        uint64_t checked;    /* the generation at which the catalog was last found current */
        Catalog *catalog;
        CatalogCheck found; /* the store's state when the catalog was last found current */
        usec_t retry_at;    /* when to try again after a failure of the store */
        uint64_t n_uses;
        size_t n_slots, n_bytes;
        PageSlot slots[PAGES_SLOTS];
        pthread_mutex_t refreshing; /* held by the thread that refreshes the catalog */
};

/* One request in progress. */
typedef struct Visit {
        PageCache *pages;
        const PageAsked *asked;
        PageView view;
        char key[KEY_BYTES];
        uint64_t hash;
        Catalog *catalog;
        CatalogCheck found; /* of the catalog */
        Store *store;
        HttpEntity *entity;
        usec_t until; /* when the page has to be made again */
} Visit;

static void visit_done(Visit *visit)
{
        http_entity_unref(visit->entity);
        catalog_unref(visit->catalog);
        if (visit->store)
                store_pool_give(visit->pages->stores, visit->store);
        page_view_done(&visit->view);
}

int page_cache_new(Config *config, StorePool *stores, PageCache **ret)
{
        *ret = NULL;
        PageCache *pages = calloc(1, sizeof(*pages));
        if (!pages)
                return -ENOMEM;
        pages->stores = stores;
        pages->config = config_ref(config);
        pthread_mutex_init(&pages->lock, NULL);
        pthread_mutex_init(&pages->refreshing, NULL);
        *ret = pages;
        return 0;
}

static void drop_slot(PageCache *pages, PageSlot *slot)
{
        pages->n_bytes -= slot->bytes;
        http_entity_unref(slot->entity);
        free((char *)slot->key);
        *slot = pages->slots[--pages->n_slots];
}

static void drop_all(PageCache *pages)
{
        while (pages->n_slots > 0)
                drop_slot(pages, &pages->slots[pages->n_slots - 1]);
        pages->catalog = catalog_unref(pages->catalog);
}

PageCache *page_cache_free(PageCache *pages)
{
        if (!pages)
                return NULL;
        drop_all(pages);
        config_unref(pages->config);
        pthread_mutex_destroy(&pages->lock);
        pthread_mutex_destroy(&pages->refreshing);
        free(pages);
        return NULL;
}

void page_cache_invalidate(PageCache *pages)
{
        pthread_mutex_lock(&pages->lock);
        pages->generation++;
        pthread_mutex_unlock(&pages->lock);
}

void page_cache_reset(PageCache *pages, Config *config)
{
        pthread_mutex_lock(&pages->lock);
        Config *old = pages->config;
        pages->config = config_ref(config);
        pages->generation++;
        drop_all(pages);
        pthread_mutex_unlock(&pages->lock);
        config_unref(old);
}

static PageSlot *find_slot(PageCache *pages, const Visit *visit)
{
        for (size_t i = 0; i < pages->n_slots; i++) {
                PageSlot *slot = &pages->slots[i];
                if (slot->hash == visit->hash && strcmp(slot->key, visit->key) == 0)
                        return slot;
        }
        return NULL;
}

static int64_t hosts_of(const PageAsked *asked, const CatalogCheck *found)
{
        return asked->shows_hosts ? found->hosts : 0;
}

/*
 * Looks up the kept page, and references it in the visit. An outdated page is referenced, too, in case no
 * new one can be made. Return: whether the page is current.
 */
static bool look_up(Visit *visit)
{
        PageCache *pages = visit->pages;
        pthread_mutex_lock(&pages->lock);
        PageSlot *slot = find_slot(pages, visit);
        bool is_current = slot && pages->catalog && slot->sequence == catalog_sequence(pages->catalog) &&
                          slot->hosts == hosts_of(visit->asked, &pages->found) &&
                          pages->checked == pages->generation && visit->view.now < slot->until;
        if (slot) {
                slot->used = ++pages->n_uses;
                http_entity_unref(visit->entity);
                visit->entity = http_entity_ref(slot->entity);
        }
        pthread_mutex_unlock(&pages->lock);
        return is_current;
}

/* Takes a connection to the store, unless the visit has one. A failure is logged. */
static int open_store(Visit *visit)
{
        InputError error = { 0 };
        int r = visit->store ? 0 : store_pool_take(visit->pages->stores, &visit->store, &error);
        if (r == 0)
                return 0;
        log_kind(JOURNAL_STORE_FAILS, NULL, "web: the store cannot be opened: %s",
                        r > 0 ? error.message : strerror(-r));
        return PAGE_E_UNAVAILABLE;
}

/* Logs a condition of the store, closes the connection, and turns the condition into PAGE_E_UNAVAILABLE. */
static int explain(Visit *visit, int r)
{
        if (r <= 0 || r == PAGE_E_NOT_FOUND)
                return r;
        log_kind(JOURNAL_STORE_FAILS, NULL, "web: the store fails: %s", store_explain(visit->store, r));
        visit->store = store_pool_drop(visit->pages->stores, visit->store);
        return PAGE_E_UNAVAILABLE;
}

/* Whether a catalog can make the page. Until the first search, catalogs have no index of words. */
static bool suits(const PageAsked *asked, const Catalog *catalog)
{
        return !asked->needs_words || catalog_has_words(catalog);
}

/* Reads the catalog from the store. The old catalog is kept if its contents have not changed. */
static int read_catalog(Visit *visit, Catalog *old)
{
        if (old && suits(visit->asked, old))
                return catalog_next(old, visit->store, &visit->found, &visit->catalog);
        CatalogWords words = visit->asked->needs_words ? CATALOG_WITH_WORDS : CATALOG_WITHOUT_WORDS;
        int r = catalog_new(visit->store, visit->view.config, words, &visit->catalog);
        if (r == 0) {
                int64_t sequence = catalog_sequence(visit->catalog);
                visit->found = (CatalogCheck){ sequence, sequence };
        }
        return r;
}

static void adopt_catalog(Visit *visit, uint64_t generation, int result)
{
        PageCache *pages = visit->pages;
        pthread_mutex_lock(&pages->lock);
        if (result != 0) {
                pages->retry_at = visit->view.now + RETRY_USEC;
        } else if (pages->config == visit->view.config) {
                pages->retry_at = 0;
                pages->checked = generation;
                pages->found = visit->found;
                Catalog *old = pages->catalog;
                pages->catalog = catalog_ref(visit->catalog);
                catalog_unref(old);
        }
        pthread_mutex_unlock(&pages->lock);
}

/*
 * Gets a current catalog. The caller holds `refreshing`. If the visit has another configuration than the
 * cache, the kept catalog is neither used nor replaced.
 */
static int refresh(Visit *visit)
{
        PageCache *pages = visit->pages;
        CLEANUP(catalog_unrefp) Catalog *old = NULL;
        pthread_mutex_lock(&pages->lock);
        uint64_t generation = pages->generation;
        visit->found = pages->found;
        usec_t wait = pages->retry_at - visit->view.now; /* > RETRY_USEC only if the clock was set back */
        bool must_wait = wait > 0 && wait <= RETRY_USEC;
        if (pages->catalog && pages->config == visit->view.config)
                old = catalog_ref(pages->catalog);
        bool is_fresh = old && pages->checked == generation && suits(visit->asked, old);
        pthread_mutex_unlock(&pages->lock);
        if (is_fresh) {
                visit->catalog = TAKE_PTR(old);
                return 0;
        }
        if (must_wait)
                return PAGE_E_UNAVAILABLE;
        int r = open_store(visit);
        if (r == 0)
                r = explain(visit, read_catalog(visit, old));
        adopt_catalog(visit, generation, r);
        return r;
}

static usec_t next_midnight(const PageView *view)
{
        const Zone *zone = view->zone ? view->zone : view->config->time_zone;
        CivilTime today = zone_to_civil(zone, view->now / USEC_PER_SEC);
        CivilTime tomorrow = civil_from_days(civil_days(today.year, today.month, today.day + 1));
        return zone_to_instant(zone, &tomorrow) * USEC_PER_SEC;
}

static void make_room(PageCache *pages, size_t bytes)
{
        while (pages->n_slots == PAGES_SLOTS ||
                        (pages->n_slots > 0 && pages->n_bytes + bytes > PAGES_BYTES)) {
                PageSlot *oldest = &pages->slots[0];
                for (size_t i = 1; i < pages->n_slots; i++)
                        if (pages->slots[i].used < oldest->used)
                                oldest = &pages->slots[i];
                drop_slot(pages, oldest);
        }
}

/* Keeps the page, unless it was made with another configuration than the kept pages. */
static void keep(Visit *visit, size_t bytes)
{
        PageCache *pages = visit->pages;
        char *key = strdup(visit->key);
        pthread_mutex_lock(&pages->lock);
        if (key && pages->config == visit->view.config) {
                PageSlot *slot = find_slot(pages, visit);
                if (slot)
                        drop_slot(pages, slot);
                make_room(pages, bytes);
                pages->slots[pages->n_slots++] = (PageSlot){
                        .hash = visit->hash,
                        .key = TAKE_PTR(key),
                        .entity = http_entity_ref(visit->entity),
                        .bytes = bytes,
                        .sequence = catalog_sequence(visit->catalog),
                        .hosts = hosts_of(visit->asked, &visit->found),
                        .until = visit->until,
                        .used = ++pages->n_uses,
                };
                pages->n_bytes += bytes;
        }
        pthread_mutex_unlock(&pages->lock);
        free(key);
}

static int make_entity(Visit *visit, Buffer *page)
{
        size_t len = page->len;
        const PageAsked *asked = visit->asked;
        HttpEntityOptions options = {
                .content_type = asked->content_type ? asked->content_type : "text/html; charset=utf-8",
                .bytes = buffer_text(page),
                .len = len,
                .codings = visit->view.config->http.compress,
                .cache_control = "public, no-cache",
                .modified = visit->view.now, /* the page depends on store, day and configuration */
                .vary = asked->one_for_all ? NULL : "Accept-Language, Cookie",
                .page = !asked->content_type,
                .frames = asked->frames,
        };
        CLEANUP(http_entity_unrefp) HttpEntity *older = TAKE_PTR(visit->entity);
        int r = http_entity_new(&options, &visit->entity);
        /* If the bytes are the same, the older entity is kept, with its date of modification. */
        if (r == 0 && older && http_entity_same(older, visit->entity)) {
                http_entity_unref(visit->entity);
                visit->entity = TAKE_PTR(older);
        }
        if (r == 0)
                keep(visit, len);
        return r;
}

static int write_page(Visit *visit)
{
        CLEANUP(buffer_done) Buffer page = BUFFER_INIT(PAGE_MAX_BYTES);
        int r = visit->asked->needs_store ? open_store(visit) : 0;
        PageJob job = { &visit->view, visit->catalog, visit->store, &visit->until };
        visit->until = next_midnight(&visit->view);
        if (r == 0)
                r = explain(visit, visit->asked->write(&job, visit->asked->userdata, &page));
        if (r == 0)
                r = buffer_error(&page);
        return r == 0 ? make_entity(visit, &page) : r;
}

/*
 * Refreshes the catalog, and writes the page unless the kept one is current then. One thread at a time
 * refreshes the catalog; others wait for it only if they have no older page to send.
 */
static int build(Visit *visit)
{
        PageCache *pages = visit->pages;
        if (!visit->entity)
                pthread_mutex_lock(&pages->refreshing);
        else if (pthread_mutex_trylock(&pages->refreshing) != 0)
                return 0;
        int r = refresh(visit);
        pthread_mutex_unlock(&pages->refreshing);
        if (r == 0 && !look_up(visit))
                r = write_page(visit);
        return r == PAGE_E_UNAVAILABLE && visit->entity ? 0 : r;
}

/* Writes the cache key of a visit. Return: as snprintf(). */
static int write_key(Visit *visit)
{
        const PageView *view = &visit->view;
        const char *language = visit->asked->one_for_all ? "" : view->tag;
        const char *zone = view->zone && !visit->asked->one_for_all ? zone_name(view->zone) : "";
        return snprintf(visit->key, sizeof(visit->key), "%s|%s|%s", language, zone, visit->asked->key);
}

int page_cache_reply(PageCache *pages, const PageBase *base, HttpRequest *request, const PageAsked *asked)
{
        CLEANUP(visit_done) Visit visit = { .pages = pages, .asked = asked };
        int r = page_view_init(&visit.view, base, request);
        if (r < 0)
                return r;
        int n = write_key(&visit);
        if (n >= (int)sizeof(visit.key))
                return page_reply_error(request, base, 404, NULL);
        visit.hash = hash_quick(visit.key); /* a collision costs one strcmp() */
        if (!look_up(&visit)) {
                r = http_request_defer(request, HTTP_WORK_LONG, visit.hash);
                if (r == 0)
                        r = build(&visit);
        }
        if (r == HTTP_E_DEFERRED)
                return r;
        if (r == PAGE_E_NOT_FOUND)
                return page_reply_error(request, base, 404, NULL);
        if (r < 0)
                return r;
        return r == 0 ? http_reply_entity(request, visit.entity)
                      : page_reply_error(request, base, 503, NULL);
}
