#include "catalog/catalog.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/text.h"
#include "calendar/participant.h"
#include "catalog/data.h"
#include "catalog/site.h"
#include "catalog/text.h"
#include "contact/card.h"
#include "store/collection.h"
#include "store/object.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

enum {
        WORDS_BYTES = 64 * 1024,
        CHANGE_FOUND = 1, /* returned by find_change() */
};

static int grow(void **list, size_t n, size_t *allocated)
{
        if (n < *allocated)
                return 0;
        size_t wanted = *allocated + *allocated / 2 + 64;
        void *grown = realloc(*list, wanted * sizeof(void *));
        if (!grown)
                return -ENOMEM;
        *list = grown;
        *allocated = wanted;
        return 0;
}

/*
 * Keeps an event for the life of the catalog. This is needed for a series, which is expanded later, and
 * for an event whose times are in zones that it owns.
 */
static int keep_event(Catalog *catalog, Event **event)
{
        int r = grow((void **)&catalog->kept, catalog->n_kept, &catalog->kept_allocated);
        if (r == 0)
                catalog->kept[catalog->n_kept++] = TAKE_PTR(*event);
        return r;
}

static bool has_own_zone(const Catalog *catalog, const When *when)
{
        const Zone *known;
        return when->form == WHEN_ZONED &&
               (zone_table_get(catalog->zones, zone_name(when->zone), &known) != 0 || known != when->zone);
}

static int add_words_of(Catalog *catalog, const ContentLine *line, Buffer *words)
{
        const char *text = catalog_text_of_line(&catalog->arena, line);
        if (text && words->len + strlen(text) + 1 < WORDS_BYTES / 2)
                buffer_printf(words, "%s\n", text);
        return text ? 0 : -ENOMEM;
}

static int add_words(Catalog *catalog, const Event *event, CatalogEvent *entry)
{
        static const char *const names[] = { "SUMMARY", "X-CONVENED-SUMMARY", "X-CONVENED-ALIAS", "LOCATION",
                "X-CONVENED-LOCATION", "CATEGORIES", "DESCRIPTION" };
        static const ParticipantGroup groups[] = { PARTICIPANT_ORGANISERS, PARTICIPANT_BODIES,
                PARTICIPANT_PEOPLE };
        CLEANUP(buffer_done) Buffer words = BUFFER_INIT(WORDS_BYTES);
        int r = 0;
        for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
                const ContentLine *line = NULL;
                while (r == 0 && (line = event_property_next(event, names[i], line)))
                        r = add_words_of(catalog, line, &words);
        }
        for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
                const Participant *participant = NULL;
                while (r == 0 && (participant = event_participant_next(event, groups[i], participant)))
                        r = add_words_of(catalog, participant->name, &words);
        }
        if (r < 0)
                return r;
        entry->words = arena_copy(&catalog->arena, buffer_text(&words), words.len);
        return entry->words ? 0 : -ENOMEM;
}

static int add_texts(Catalog *catalog, const Event *event, CatalogEvent *entry)
{
        const char *parent = event_parent(event);
        const char *precision = event_text_property(event, "X-CONVENED-DATE-PRECISION");
        Arena *arena = &catalog->arena;
        entry->is_loose = precision && strcmp(precision, "WITHIN-PARENT") == 0;
        if (parent && !(entry->parent = arena_copy(arena, parent, strlen(parent))))
                return -ENOMEM;
        int r = catalog_text_in_all(arena, event, "SUMMARY", entry->title);
        if (r == 0)
                r = catalog_text(arena, event, "LOCATION", language_of(catalog->config->language),
                                &entry->place);
        return r == 0 ? add_words(catalog, event, entry) : r;
}

static CatalogEvent *new_entry(Catalog *catalog, const ObjectRecord *record, const Event *event)
{
        static const CatalogText nothing = { "", "" };
        CatalogEvent *entry = arena_allocate(&catalog->arena, sizeof(*entry));
        const char *uid = arena_copy(&catalog->arena, record->uid, strlen(record->uid));
        const char *kinds = arena_copy(&catalog->arena, record->categories, strlen(record->categories));
        if (!entry || !uid || !kinds)
                return NULL;
        bool is_busy = event_class(event) == EVENT_CONFIDENTIAL;
        *entry = (CatalogEvent){
                .uid = uid,
                .place = nothing,
                .kinds = is_busy ? "," : kinds,
                .status = event_status(event),
                .is_busy = is_busy,
                .is_draft = record->kind == OBJECT_DRAFT,
                .is_series = event_is_recurring(event),
                .start = event_start(event),
                .end = event_end(event),
                .zone = event_zone(event, catalog->config->time_zone),
                .changed = record->changed,
                .words = "",
        };
        for (Language i = 0; i < LANGUAGES_N; i++)
                entry->title[i] = nothing;
        entry->start_usec = when_instant(&entry->start, entry->zone);
        entry->end_usec = when_instant(&entry->end, entry->zone);
        return entry;
}

/* A collision only causes a needless new catalog. */
static uint64_t key_of(const char *collection, const char *resource)
{
        return hash_quick(collection) * 31 + hash_quick(resource);
}

static int add_key(Catalog *catalog, const ObjectRecord *record)
{
        if (catalog->n_keys == catalog->keys_allocated) {
                size_t wanted = catalog->n_keys + catalog->n_keys / 2 + 64;
                uint64_t *keys = reallocarray(catalog->keys, wanted, sizeof(*keys));
                if (!keys)
                        return -ENOMEM;
                catalog->keys = keys;
                catalog->keys_allocated = wanted;
        }
        catalog->keys[catalog->n_keys++] = key_of(record->collection, record->resource);
        return 0;
}

static int compare_keys(const void *a, const void *b)
{
        uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
        return (left > right) - (left < right);
}

static int add_event(Catalog *catalog, const ObjectRecord *record)
{
        CLEANUP(event_freep) Event *event = NULL;
        int r = event_parse(catalog->zones, record->text, record->len, &event, NULL);
        if (r == EVENT_E_INVALID)
                log_write(LOG_WARNING, LOG_FIELDS({ "EVENT_UID", record->uid }),
                                "the kept text of %s cannot be read; it is left out of pages", record->uid);
        if (r != 0)
                return r < 0 ? r : 0;
        if (event_class(event) == EVENT_PRIVATE ||
                        (event_class(event) == EVENT_CONFIDENTIAL && record->kind == OBJECT_DRAFT))
                return 0;
        CatalogEvent *entry = new_entry(catalog, record, event);
        if (!entry)
                return -ENOMEM;
        if (!entry->is_busy)
                r = add_texts(catalog, event, entry);
        if (r == 0)
                r = grow((void **)&catalog->events, catalog->n_events, &catalog->events_allocated);
        if (r == 0)
                r = add_key(catalog, record);
        if (r < 0)
                return r;
        catalog->events[catalog->n_events++] = entry;
        entry->event = entry->is_series ? event : NULL;
        bool is_needed = entry->is_series || has_own_zone(catalog, &entry->start) ||
                         has_own_zone(catalog, &entry->end);
        return is_needed ? keep_event(catalog, &event) : 0;
}

static int add_site(Catalog *catalog, const ObjectRecord *record)
{
        CatalogSite *site = NULL;
        int r = catalog_site_read(&catalog->arena, record->text, record->len, &site);
        if (r != 0 || !site)
                return r;
        r = grow((void **)&catalog->sites, catalog->n_sites, &catalog->sites_allocated);
        if (r == 0)
                catalog->sites[catalog->n_sites++] = site;
        return r == 0 ? add_key(catalog, record) : r;
}

static int on_object(const ObjectRecord *record, void *userdata)
{
        const Catalog *catalog = userdata;
        if (record->kind > OBJECT_CARD || (record->kind == OBJECT_DRAFT && !catalog->config->site.drafts))
                return 0;
        if (record->kind != OBJECT_CARD)
                return add_event(userdata, record);
        return strcmp(record->status, "location") == 0 ? add_site(userdata, record) : 0;
}

static int count_loss(const ObjectLoss *loss, void *userdata)
{
        Catalog *catalog = userdata;
        (void)loss;
        catalog->n_lost++;
        return 0;
}

static int compare_events(const void *a, const void *b)
{
        const CatalogEvent *left = *(const CatalogEvent *const *)a, *right = *(const CatalogEvent *const *)b;
        if (left->start_usec != right->start_usec)
                return left->start_usec < right->start_usec ? -1 : 1;
        if (left->end_usec != right->end_usec)
                return left->end_usec > right->end_usec ? -1 : 1;
        return catalog_record_order(left, right);
}

static int compare_uids(const void *a, const void *b)
{
        return strcmp((*(const CatalogEvent *const *)a)->uid, (*(const CatalogEvent *const *)b)->uid);
}

static int compare_sites(const void *a, const void *b, void *userdata)
{
        const CatalogSite *left = *(const CatalogSite *const *)a, *right = *(const CatalogSite *const *)b;
        const Language *language = userdata;
        int order = strcmp(left->town.text, right->town.text);
        return order ? order : strcmp(left->name[*language].text, right->name[*language].text);
}

static int index_all(Catalog *catalog)
{
        size_t n = catalog->n_events;
        Language language = language_of(catalog->config->language);
        catalog->by_uid = calloc(n + 1, sizeof(*catalog->by_uid));
        if (!catalog->by_uid)
                return -ENOMEM;
        if (n > 0) {
                memcpy(catalog->by_uid, catalog->events, n * sizeof(*catalog->by_uid));
                qsort(catalog->by_uid, n, sizeof(*catalog->by_uid), compare_uids);
        }
        if (n > 0)
                qsort(catalog->events, n, sizeof(*catalog->events), compare_events);
        if (catalog->n_keys > 0)
                qsort(catalog->keys, catalog->n_keys, sizeof(*catalog->keys), compare_keys);
        for (size_t i = 0; i < n; i++)
                catalog->events[i]->index = i;
        if (catalog->n_sites > 0)
                qsort_r(catalog->sites, catalog->n_sites, sizeof(*catalog->sites), compare_sites, &language);
        return catalog_sites_join(&catalog->arena, catalog->sites, catalog->n_sites, catalog->events,
                        catalog->n_events);
}

static int read_store(Catalog *catalog, Store *store)
{
        ObjectFilter filter = { .kinds = 0 };
        int r = store_begin_read(store);
        if (r != 0)
                return r;
        r = store_sequence(store, &catalog->sequence);
        if (r == 0)
                r = object_each_readable(store, &filter, on_object, count_loss, catalog);
        /* The read ends without a commit, because SQLite refuses to commit after damage. */
        store_rollback(store);
        return r;
}

int catalog_new(Store *store, Config *config, Catalog **ret)
{
        *ret = NULL;
        CLEANUP(catalog_unrefp) Catalog *catalog = calloc(1, sizeof(*catalog));
        if (!catalog)
                return -ENOMEM;
        catalog->refs = 1;
        catalog->config = config_ref(config);
        catalog->zones = store_zones(store);
        pthread_mutex_init(&catalog->lock, NULL);
        pthread_mutex_init(&catalog->timeline_lock, NULL);
        int r = read_store(catalog, store);
        if (r == 0)
                r = index_all(catalog);
        if (r != 0)
                return r;
        if (catalog->n_lost > 0)
                log_kind(JOURNAL_STORE_FAILS, NULL,
                                "the store is damaged, pages lack what cannot be read; `convene check` names it");
        *ret = TAKE_PTR(catalog);
        return 0;
}

Catalog *catalog_ref(Catalog *catalog)
{
        atomic_fetch_add_explicit(&catalog->refs, 1, memory_order_relaxed);
        return catalog;
}

Catalog *catalog_unref(Catalog *catalog)
{
        if (!catalog || atomic_fetch_sub_explicit(&catalog->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        for (size_t i = 0; i < sizeof(catalog->timelines) / sizeof(*catalog->timelines); i++)
                if (catalog->timelines[i].object)
                        catalog->timelines[i].release(catalog->timelines[i].object);
        for (size_t i = 0; i < catalog->n_kept; i++)
                event_free(catalog->kept[i]);
        free(catalog->kept);
        free(catalog->events);
        free(catalog->by_uid);
        free(catalog->keys);
        free(catalog->sites);
        free(catalog->places_of);
        word_index_free(catalog->words);
        arena_done(&catalog->folded_arena);
        arena_done(&catalog->arena);
        config_unref(catalog->config);
        pthread_mutex_destroy(&catalog->lock);
        pthread_mutex_destroy(&catalog->timeline_lock);
        free(catalog);
        return NULL;
}

int64_t catalog_sequence(const Catalog *catalog)
{
        return catalog->sequence;
}

const CatalogEvent *catalog_event(const Catalog *catalog, size_t index)
{
        return index < catalog->n_events ? catalog->events[index] : NULL;
}

const CatalogSite *catalog_site(const Catalog *catalog, size_t index)
{
        return index < catalog->n_sites ? catalog->sites[index] : NULL;
}

const CatalogEvent *catalog_find(const Catalog *catalog, const char *uid)
{
        const CatalogEvent key = { .uid = uid }, *wanted = &key;
        const CatalogEvent **place = bsearch(
                        &wanted, catalog->by_uid, catalog->n_events, sizeof(*catalog->by_uid), compare_uids);
        return place ? *place : NULL;
}

/* One check of a catalog. */
typedef struct ChangeSearch {
        const Catalog *catalog;
        int64_t hosts;
} ChangeSearch;

/*
 * Whether an offer or a card may have changed. The kind of a deleted object is not known, but a deleted
 * object of COLLECTION_MEETINGS was a booking.
 */
static bool may_change_hosts(const ObjectChange *change)
{
        return change->record ? change->record->kind == OBJECT_OFFER || change->record->kind == OBJECT_CARD
                              : strcmp(change->collection, COLLECTION_MEETINGS) != 0;
}

/* Whether the catalog has an object with the name or the UID of a changed one. */
static bool has_object(const Catalog *catalog, const ObjectChange *change)
{
        uint64_t key = key_of(change->collection, change->resource);
        bool has = catalog_find(catalog, change->uid);
        for (size_t i = 0; !has && i < catalog->n_sites; i++)
                has = strcmp(catalog->sites[i]->uid, change->uid) == 0;
        return has || (catalog->n_keys > 0 && bsearch(&key, catalog->keys, catalog->n_keys, sizeof(key),
                                                              compare_keys));
}

/*
 * Ends the iteration at a change of an object that is in the catalog, or would be in a new one. Collections
 * of accounts are not in the catalog, and nothing of them makes a host. An object that got the name of a
 * deleted one is all that tells of the deletion.
 */
static int find_change(const ObjectChange *change, void *userdata)
{
        ChangeSearch *search = userdata;
        const Catalog *catalog = search->catalog;
        const ObjectRecord *record = change->record;
        if (collection_is_own_name(change->collection))
                return 0;
        bool would_be_in = record && record->kind <= OBJECT_CARD &&
                           (record->kind == OBJECT_CARD ? strcmp(record->status, "location") == 0
                                                        : strcmp(record->class, "PRIVATE") != 0);
        if (may_change_hosts(change))
                search->hosts = change->change;
        return would_be_in || has_object(catalog, change) ? CHANGE_FOUND : 0;
}

int catalog_is_current(const Catalog *catalog, Store *store, CatalogCheck *check, bool *ret)
{
        ChangeSearch search = { catalog, check->hosts };
        int64_t sequence = 0;
        int r = store_begin_read(store);
        if (r != 0)
                return r;
        r = store_sequence(store, &sequence);
        if (r == 0 && sequence != check->sequence)
                r = object_changes(store, NULL, check->sequence, find_change, &search);
        if (r != 0) {
                store_rollback(store);
                *ret = false;
                /* If the store is damaged, the caller makes a new catalog of what can be read. */
                return r == CHANGE_FOUND || r == DB_E_CORRUPT ? 0 : r;
        }
        r = store_commit(store);
        if (r == 0) {
                *check = (CatalogCheck){ sequence, search.hosts };
                *ret = true;
        }
        return r;
}
