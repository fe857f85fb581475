#include "web/feed-cache.h"

#include "base/hash.h"
#include "base/log.h"
#include "store/private-feed.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

static const usec_t RETRY_USEC = USEC_PER_SEC;

/*
 * One kept feed. `building` protects `feed`, `epoch`, `changed` and `contact`; the cache's lock protects the
 * other fields.
 */
typedef struct FeedSlot {
        unsigned refs;
        FeedScope scope;
        FeedForm form;
        uint64_t hash;      /* feed_cache_key() */
        HttpEntity *entity; /* NULL until it was built */
        bool is_updating;   /* a thread compares the feed with the store */
        uint64_t generation;
        uint64_t used;
        usec_t retry_at; /* when to try again after a failure of the store */
        pthread_mutex_t building;
        Feed *feed;
        uint64_t epoch; /* of the feed's configuration */
        bool changed;   /* the feed's bytes differ from the entity's */
        size_t bytes;   /* of the entity, uncompressed; 0 for a feed that is never removed */
        int64_t contact;
        char target[];
} FeedSlot;

struct FeedCache {
        const Clock *clock;
        StorePool *stores;
        SyncMark *mark;
        pthread_mutex_t lock;
        Config *config;
        uint64_t epoch; /* incremented with each new configuration */
        uint64_t generation;
        uint64_t n_uses;
        bool failing;   /* the store's failure has been logged */
        size_t n_bytes; /* of all slots */
        size_t n_slots;
        FeedSlot *slots[FEED_CACHE_SLOTS];
};

/* One attempt to update a slot. */
typedef struct Build {
        FeedCache *cache;
        FeedSlot *slot;
        Config *config;
        uint64_t epoch;
        uint64_t generation;
        usec_t now;
} Build;

uint64_t feed_cache_key(const FeedAsked *asked)
{
        return hash_quick(asked->target) + 31 * (uint64_t)asked->scope + (uint64_t)asked->form;
}

static FeedSlot *slot_new(const FeedAsked *asked)
{
        size_t size = strlen(asked->target) + 1;
        FeedSlot *slot = calloc(1, sizeof(*slot) + size);
        if (!slot)
                return NULL;
        slot->refs = 1;
        slot->scope = asked->scope;
        slot->form = asked->form;
        slot->hash = feed_cache_key(asked);
        pthread_mutex_init(&slot->building, NULL);
        memcpy(slot->target, asked->target, size);
        return slot;
}

static void slot_unref(FeedSlot *slot)
{
        if (--slot->refs > 0)
                return;
        feed_free(slot->feed);
        http_entity_unref(slot->entity);
        pthread_mutex_destroy(&slot->building);
        free(slot);
}

static FeedSlot **find_slot(FeedCache *cache, const FeedAsked *asked)
{
        uint64_t hash = feed_cache_key(asked); /* a collision costs one strcmp() */
        for (size_t i = 0; i < cache->n_slots; i++) {
                FeedSlot *slot = cache->slots[i];
                if (slot->hash == hash && slot->scope == asked->scope && slot->form == asked->form &&
                                strcmp(slot->target, asked->target) == 0)
                        return &cache->slots[i];
        }
        return NULL;
}

static void remove_slot(FeedCache *cache, FeedSlot **place)
{
        FeedSlot *slot = *place;
        cache->n_bytes -= slot->bytes;
        slot->bytes = 0;
        *place = cache->slots[--cache->n_slots];
        slot_unref(slot);
}

static void remove_all(FeedCache *cache)
{
        while (cache->n_slots > 0)
                remove_slot(cache, &cache->slots[cache->n_slots - 1]);
}

static bool always_stays(const FeedSlot *slot)
{
        return slot->scope == FEED_ALL || slot->scope == FEED_KIND;
}

/* Removes the least recently used slot other than @but. Return: false if there is no slot to remove. */
static bool remove_oldest(FeedCache *cache, const FeedSlot *but)
{
        FeedSlot **oldest = NULL;
        for (size_t i = 0; i < cache->n_slots; i++) {
                const FeedSlot *slot = cache->slots[i];
                if (!always_stays(slot) && slot != but && (!oldest || slot->used < (*oldest)->used))
                        oldest = &cache->slots[i];
        }
        if (oldest)
                remove_slot(cache, oldest);
        return oldest;
}

/*
 * Updates the size of a kept slot whose feed has changed, then removes old slots while the cache is too
 * large.
 */
static void count_bytes(FeedCache *cache, FeedSlot *slot)
{
        cache->n_bytes -= slot->bytes;
        slot->bytes = always_stays(slot) ? 0 : content_len(feed_content(slot->feed));
        cache->n_bytes += slot->bytes;
        while (cache->n_bytes > FEED_CACHE_BYTES && remove_oldest(cache, slot))
                continue;
}

static void add_slot(FeedCache *cache, FeedSlot *slot)
{
        if (cache->n_slots == FEED_CACHE_SLOTS && !remove_oldest(cache, NULL))
                return;
        cache->slots[cache->n_slots++] = slot;
        slot->refs++;
        count_bytes(cache, slot);
}

/* Logs only the first failure until the store works again. */
static void note_failure(FeedCache *cache, const char *what, const char *why)
{
        pthread_mutex_lock(&cache->lock);
        bool first = !cache->failing;
        cache->failing = true;
        pthread_mutex_unlock(&cache->lock);
        if (first)
                log_kind(JOURNAL_STORE_FAILS, NULL, "feeds: %s, what was there is served on: %s", what, why);
}

static int take_store(FeedCache *cache, Store **ret)
{
        InputError error = { 0 };
        int r = store_pool_take(cache->stores, ret, &error);
        if (r != 0)
                note_failure(cache, "the store cannot be opened", r > 0 ? error.message : strerror(-r));
        return r;
}

/* Drops a feed that another thread may have made with an older configuration. */
static void drop_outdated(Build *build)
{
        FeedSlot *slot = build->slot;
        if (slot->feed && slot->epoch != build->epoch) {
                slot->feed = feed_free(slot->feed);
                slot->changed = true;
        }
        slot->epoch = build->epoch;
}

/*
 * Makes the slot's feed if there is none. When the configuration is another one, or a token now belongs to
 * another contact, the old feed is dropped first.
 */
static int ready_feed(Build *build, Store *store)
{
        FeedSlot *slot = build->slot;
        FeedName name = { .scope = slot->scope,
                .target = *slot->target ? slot->target : NULL,
                .has_parts = slot->form == FEED_FORM_JCAL };
        drop_outdated(build);
        if (slot->scope == FEED_PRIVATE) {
                int r = private_feed_contact(store, slot->target, &name.contact);
                if (r != 0)
                        return r == STORE_E_NOT_FOUND ? FEED_E_NOT_FOUND : r;
                name.target = NULL;
                if (slot->contact != name.contact)
                        slot->feed = feed_free(slot->feed);
                slot->contact = name.contact;
        }
        return slot->feed ? 0 : feed_new(&name, build->config, &slot->feed);
}

/* Updates the feed, then returns the connection to the pool. A connection that has failed is closed. */
static int update_feed(Build *build, Store *store)
{
        bool changed = false;
        int r = ready_feed(build, store);
        if (r == 0)
                r = feed_update(build->slot->feed, store, build->now, &changed);
        build->slot->changed |= changed;
        if (r == 0 || r == FEED_E_NOT_FOUND) {
                store_pool_give(build->cache->stores, store);
                return r;
        }
        note_failure(build->cache, "the store fails", r > 0 ? store_explain(store, r) : strerror(-r));
        store_pool_drop(build->cache->stores, store);
        return r > 0 ? FEED_CACHE_E_UNAVAILABLE : r;
}

/* Updates the slot's feed. *ret_entity stays NULL if the bytes have not changed. */
static int update(Build *build, HttpEntity **ret_entity)
{
        Store *store = NULL;
        char token[FEED_TOKEN_SIZE];
        int r = take_store(build->cache, &store);
        if (r != 0)
                return r > 0 ? FEED_CACHE_E_UNAVAILABLE : r;
        r = update_feed(build, store);
        if (r != 0 || (build->slot->entity && !build->slot->changed))
                return r;
        FeedSlot *slot = build->slot;
        FeedAsked asked = { slot->scope, slot->form, slot->target };
        sync_mark_tell(build->cache->mark, feed_sync_token(slot->feed, token));
        r = feed_entity_new(&asked, slot->feed, build->config, ret_entity);
        slot->changed = r != 0;
        return r;
}

/*
 * Enters the result of a build. The caller holds the cache's lock. A slot of an older configuration is not
 * kept: only the requests that wait for it get its feed.
 */
static void settle(Build *build, int result, HttpEntity *entity)
{
        FeedCache *cache = build->cache;
        FeedSlot *slot = build->slot;
        FeedAsked asked = { slot->scope, slot->form, slot->target };
        FeedSlot **place = find_slot(cache, &asked);
        slot->is_updating = false;
        bool is_kept = place && *place == slot;
        if (result == FEED_E_NOT_FOUND) {
                if (is_kept)
                        remove_slot(cache, place);
                return;
        }
        if (result != 0) {
                slot->retry_at = build->now + RETRY_USEC;
                return;
        }
        if (entity) {
                http_entity_unref(slot->entity);
                slot->entity = http_entity_ref(entity);
        }
        cache->failing = false;
        slot->generation = build->generation;
        slot->retry_at = 0;
        if (!place && cache->epoch == build->epoch)
                add_slot(cache, slot);
        else if (is_kept && entity)
                count_bytes(cache, slot);
}

/* Whether the entity is current. The caller holds the cache's lock. */
static bool is_current(const FeedCache *cache, const FeedSlot *slot)
{
        return slot->entity && slot->generation == cache->generation;
}

/*
 * Whether it is too soon for another attempt, because the last one failed. The caller holds the cache's
 * lock.
 */
static bool must_wait(const FeedSlot *slot, usec_t now)
{
        usec_t wait = slot->retry_at - now; /* longer than RETRY_USEC only if the clock was set back */
        return wait > 0 && wait <= RETRY_USEC;
}

static int build_slot(FeedCache *cache, FeedSlot *slot)
{
        CLEANUP(http_entity_unrefp) HttpEntity *entity = NULL;
        Build build = { .cache = cache, .slot = slot, .now = clock_now(cache->clock) };
        pthread_mutex_lock(&cache->lock);
        build.config = config_ref(cache->config);
        build.epoch = cache->epoch;
        build.generation = cache->generation;
        bool is_done = is_current(cache, slot) || (slot->entity && must_wait(slot, build.now));
        slot->is_updating = !is_done;
        pthread_mutex_unlock(&cache->lock);
        int r = is_done ? 0 : update(&build, &entity);
        if (!is_done) {
                pthread_mutex_lock(&cache->lock);
                settle(&build, r, entity);
                pthread_mutex_unlock(&cache->lock);
        }
        config_unref(build.config);
        return r;
}

/* Builds the slot on one thread at a time. Other threads wait only if there is no older entity to send. */
static int refresh_slot(FeedCache *cache, FeedSlot *slot, bool has_older)
{
        if (!has_older)
                pthread_mutex_lock(&slot->building);
        else if (pthread_mutex_trylock(&slot->building) != 0)
                return 0;
        int r = build_slot(cache, slot);
        pthread_mutex_unlock(&slot->building);
        return r;
}

/*
 * Gets the slot's entity if it is current, else a reference to the slot. A new slot is not in the cache yet:
 * settle() adds it with its first entity. The caller holds the cache's lock.
 */
static int look_up(FeedCache *cache, const FeedAsked *asked, FeedSlot **ret_slot, HttpEntity **ret_entity)
{
        FeedSlot **place = find_slot(cache, asked);
        if (!place) {
                *ret_slot = slot_new(asked);
                return *ret_slot ? 0 : -ENOMEM;
        }
        FeedSlot *slot = *place;
        slot->used = ++cache->n_uses;
        if (is_current(cache, slot)) {
                *ret_entity = http_entity_ref(slot->entity);
                return 0;
        }
        slot->refs++;
        *ret_slot = slot;
        return 0;
}

/* Gets the slot's entity and drops the reference to the slot. */
static int take_entity(FeedCache *cache, FeedSlot *slot, int result, HttpEntity **ret)
{
        bool is_gone = result == FEED_E_NOT_FOUND;
        pthread_mutex_lock(&cache->lock);
        if (slot->entity && !is_gone)
                *ret = http_entity_ref(slot->entity);
        bool is_served = slot->entity && !is_gone;
        slot_unref(slot);
        pthread_mutex_unlock(&cache->lock);
        return is_served ? 0 : result ? result : FEED_CACHE_E_UNAVAILABLE;
}

int feed_cache_find(FeedCache *cache, const FeedAsked *asked, HttpEntity **ret)
{
        int r = FEED_CACHE_E_OUTDATED;
        pthread_mutex_lock(&cache->lock);
        FeedSlot **place = find_slot(cache, asked);
        FeedSlot *slot = place ? *place : NULL;
        if (slot && slot->entity &&
                        (is_current(cache, slot) || slot->is_updating ||
                                        must_wait(slot, clock_now(cache->clock)))) {
                slot->used = ++cache->n_uses;
                *ret = http_entity_ref(slot->entity);
                r = 0;
        }
        pthread_mutex_unlock(&cache->lock);
        return r;
}

int feed_cache_get(FeedCache *cache, const FeedAsked *asked, HttpEntity **ret)
{
        FeedSlot *slot = NULL;
        pthread_mutex_lock(&cache->lock);
        int r = look_up(cache, asked, &slot, ret);
        bool has_older = slot && slot->entity;
        pthread_mutex_unlock(&cache->lock);
        if (!slot)
                return r;
        r = refresh_slot(cache, slot, has_older);
        return take_entity(cache, slot, r, ret);
}

void feed_cache_note_tokens(FeedCache *cache, SyncMark *mark)
{
        cache->mark = mark;
}

void feed_cache_invalidate(FeedCache *cache)
{
        pthread_mutex_lock(&cache->lock);
        cache->generation++;
        pthread_mutex_unlock(&cache->lock);
}

void feed_cache_reset(FeedCache *cache, Config *config)
{
        pthread_mutex_lock(&cache->lock);
        Config *old = cache->config;
        cache->config = config_ref(config);
        cache->epoch++;
        cache->generation++;
        remove_all(cache);
        pthread_mutex_unlock(&cache->lock);
        config_unref(old);
}

int feed_cache_new(Config *config, StorePool *stores, const Clock *clock, FeedCache **ret)
{
        FeedCache *cache = calloc(1, sizeof(*cache));
        *ret = cache;
        if (!cache)
                return -ENOMEM;
        pthread_mutex_init(&cache->lock, NULL);
        cache->config = config_ref(config);
        cache->stores = stores;
        cache->clock = clock;
        return 0;
}

FeedCache *feed_cache_free(FeedCache *cache)
{
        if (!cache)
                return NULL;
        remove_all(cache);
        config_unref(cache->config);
        pthread_mutex_destroy(&cache->lock);
        free(cache);
        return NULL;
}
