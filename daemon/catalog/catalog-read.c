/* How catalogs are made: from the whole store, or from another catalog and the changes since. */

#include "base/array.h"
#include "base/log.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/data.h"
#include "store/collection.h"
#include "store/object.h"
#include "store/promotion.h"

#include <errno.h>
#include <string.h>

enum {
        WORDS_BYTES = 128 * 1024,
        FOLDED_BYTES = 512 * 1024,
        /*
         * The numbers of a catalog, most of them of events that are gone, may be so many times its events.
         */
        NUMBERS_PER_EVENT = 16,
        NUMBERS_MIN = 1 << 20,
        MERGE_LIVE_MIN = 256, /* merging fewer events does not leave out those that are gone */
};

/* A catalog that is being made. */
typedef struct Reader {
        Catalog *catalog;
        EventRecord **records; /* of a whole store */
        size_t n;
        SiteList sites;
        bool changes_sites;
        WordIndex *words; /* of the events that are read; NULL if they are not wanted */
        Buffer text, folded;
        /* of a next catalog */
        const Catalog *old;
        int64_t hosts;
        bool has_changes;
        bool is_older; /* the store is older than the catalog, or lost changes that the catalog has */
} Reader;

static void reader_done(Reader *reader)
{
        for (size_t i = 0; i < reader->n; i++)
                event_record_unref(reader->records[i]);
        free(reader->records);
        site_list_done(&reader->sites);
        word_index_unref(reader->words);
        buffer_done(&reader->text);
        buffer_done(&reader->folded);
        catalog_unref(reader->catalog);
}

static int catalog_start(Config *config, ZoneTable *zones, Catalog **ret)
{
        Catalog *catalog = calloc(1, sizeof(*catalog));
        *ret = catalog;
        if (!catalog)
                return -ENOMEM;
        catalog->refs = 1;
        catalog->config = config_ref(config);
        catalog->zones = zones;
        pthread_mutex_init(&catalog->lock, NULL);
        catalog->sets = calloc(index_count(config), sizeof(*catalog->sets));
        return catalog->sets ? 0 : -ENOMEM;
}

/* Indexes the texts of an event. A text that cannot be folded is found by no search. */
static int add_words(Reader *reader, const EventRecord *record)
{
        buffer_reset(&reader->folded);
        if (buffer_error(&reader->text) < 0 || text_fold(&reader->folded, buffer_text(&reader->text)) < 0)
                return 0;
        return word_index_add(reader->words, buffer_text(&reader->folded), record->event.number);
}

/* Reads the record of an object and gives it a number. @ret: NULL if the public may not see it */
static int read_event(Reader *reader, const ObjectRecord *object, EventRecord **ret)
{
        Catalog *catalog = reader->catalog;
        *ret = NULL;
        if (object->kind == OBJECT_DRAFT && !catalog->config->site.drafts)
                return 0;
        buffer_reset(&reader->text);
        int r = event_record_read(
                        catalog->config, catalog->zones, object, reader->words ? &reader->text : NULL, ret);
        if (r < 0 || !*ret)
                return r;
        (*ret)->event.number = catalog->next_number++;
        return reader->words ? add_words(reader, *ret) : 0;
}

static int read_site(Reader *reader, const ObjectRecord *object)
{
        SiteRecord *site = NULL;
        int r = site_record_read(object, &site);
        if (r == 0 && site)
                r = site_list_add(&reader->sites, site);
        reader->changes_sites |= r == 0 && site;
        return r;
}

static bool is_site(const ObjectRecord *object)
{
        return object->kind == OBJECT_CARD && strcmp(object->status, "location") == 0;
}

/* Reads a site or an event. @ret: the event; NULL for anything else, and for what the public may not see */
static int read_object(Reader *reader, const ObjectRecord *object, EventRecord **ret)
{
        *ret = NULL;
        if (is_site(object))
                return read_site(reader, object);
        return object->kind < OBJECT_CARD ? read_event(reader, object, ret) : 0;
}

/* ---- The whole store ---- */

static int add_record(Reader *reader, EventRecord *record)
{
        EventRecord **records = array_grow(reader->records, reader->n, sizeof(*records));
        if (!records) {
                event_record_unref(record);
                return -ENOMEM;
        }
        reader->records = records;
        reader->records[reader->n++] = record;
        return 0;
}

static int on_object(const ObjectRecord *object, void *userdata)
{
        Reader *reader = userdata;
        CLEANUP(event_record_unrefp) EventRecord *record = NULL;
        int r = read_object(reader, object, &record);
        return r == 0 && record ? add_record(reader, TAKE_PTR(record)) : r;
}

static int count_loss(const ObjectLoss *loss, void *userdata)
{
        Reader *reader = userdata;
        (void)loss;
        reader->catalog->n_lost++;
        return 0;
}

static int compare_records(const void *a, const void *b, void *userdata)
{
        const SortedType *type = userdata;
        return type->compare(*(void *const *)a, *(void *const *)b);
}

static int build_indexes(Reader *reader)
{
        Catalog *catalog = reader->catalog;
        CLEANUP(cleanup_free) void **list = calloc(reader->n + 1, sizeof(*list));
        int r = list ? 0 : -ENOMEM;
        for (size_t i = 0; r == 0 && i < index_count(catalog->config); i++) {
                size_t n = 0;
                for (size_t k = 0; k < reader->n; k++)
                        if (index_has(catalog->config, i, &reader->records[k]->event))
                                list[n++] = reader->records[k];
                if (n > 1)
                        qsort_r(list, n, sizeof(*list), compare_records, (void *)index_type(i));
                r = sorted_set_build(index_type(i), list, n, &catalog->sets[i]);
        }
        return r == 0 ? place_set_build(&catalog->sets[INDEX_PLACE], &catalog->places) : r;
}

static int read_store(Reader *reader, Store *store)
{
        ObjectFilter filter = { .kinds = 1U << OBJECT_EVENT | 1U << OBJECT_DRAFT | 1U << OBJECT_CARD };
        int r = store_begin_read(store);
        if (r != 0)
                return r;
        r = store_sequence(store, &reader->catalog->sequence);
        if (r == 0)
                r = object_each_readable(store, &filter, on_object, count_loss, reader);
        /* The read ends without a commit, because SQLite refuses to commit after damage. */
        store_rollback(store);
        return r;
}

static Reader reader_start(void)
{
        return (Reader){ .text = BUFFER_INIT(WORDS_BYTES), .folded = BUFFER_INIT(FOLDED_BYTES) };
}

int catalog_new(Store *store, Config *config, CatalogWords words, Catalog **ret)
{
        *ret = NULL;
        CLEANUP(reader_done) Reader reader = reader_start();
        int r = catalog_start(config, store_zones(store), &reader.catalog);
        if (r == 0 && words == CATALOG_WITH_WORDS)
                r = word_index_new(&reader.words);
        if (r == 0)
                r = read_store(&reader, store);
        if (r == 0)
                r = build_indexes(&reader);
        if (r == 0)
                r = site_set_new(&reader.sites, config, &reader.catalog->sites);
        if (r != 0)
                return r;
        Catalog *catalog = reader.catalog;
        if (reader.words)
                catalog->words[catalog->n_words++] = TAKE_PTR(reader.words);
        if (catalog->n_lost > 0)
                log_kind(JOURNAL_STORE_FAILS, NULL,
                                "the store is damaged, pages lack what cannot be read; `convene check` names it");
        *ret = TAKE_PTR(reader.catalog);
        return 0;
}

/* ---- The changes ---- */

/* Makes a copy of the old catalog at the first change that concerns it. */
static int copy_old(Reader *reader)
{
        const Catalog *old = reader->old;
        if (reader->has_changes)
                return 0;
        Catalog *next = reader->catalog;
        reader->has_changes = true;
        for (size_t i = 0; i < index_count(old->config); i++)
                next->sets[i] = sorted_set_share(&old->sets[i]);
        next->places = place_set_share(&old->places);
        while (next->n_words < old->n_words) {
                next->words[next->n_words] = word_index_ref(old->words[next->n_words]);
                next->n_words++;
        }
        int r = site_list_copy(old->sites, &reader->sites);
        return r == 0 && catalog_has_words(old) ? word_index_new(&reader->words) : r;
}

static int remove_event(Catalog *catalog, EventRecord *record)
{
        const char *place = record->event.place.text;
        int r = *place ? place_set_count(&catalog->places, place, -1) : 0;
        /* The first index owns the record, so it is the last one. */
        for (size_t i = index_count(catalog->config); r == 0 && i > 0; i--)
                if (index_has(catalog->config, i - 1, &record->event))
                        r = sorted_set_remove(&catalog->sets[i - 1], index_type(i - 1), record);
        return r;
}

static int add_event(Catalog *catalog, EventRecord *record)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < index_count(catalog->config); i++)
                if (index_has(catalog->config, i, &record->event))
                        r = sorted_set_put(&catalog->sets[i], index_type(i), record);
        if (r == 0 && *record->event.place.text)
                r = place_set_count(&catalog->places, record->event.place.text, 1);
        return r;
}

static EventRecord *find_record(const Catalog *catalog, const ObjectChange *change)
{
        const EventRecord key = { .event = { .collection = change->collection,
                                                  .resource = change->resource } };
        return sorted_set_find(&catalog->sets[INDEX_NAME], index_type(INDEX_NAME), &key);
}

/* Puts what an object is now in place of what it was. */
static int replace(Reader *reader, const ObjectChange *change)
{
        const ObjectRecord *object = change->record;
        CLEANUP(event_record_unrefp) EventRecord *record = NULL;
        int r = copy_old(reader);
        EventRecord *old = r == 0 ? find_record(reader->catalog, change) : NULL;
        if (old)
                r = remove_event(reader->catalog, old);
        if (r == 0 && site_set_has(reader->old->sites, change->collection, change->resource)) {
                site_list_remove(&reader->sites, change->collection, change->resource);
                reader->changes_sites = true;
        }
        if (r < 0 || !object)
                return r;
        r = read_object(reader, object, &record);
        return r == 0 && record ? add_event(reader->catalog, record) : r;
}

/*
 * Whether an offer or a card may have changed. The kind of a deleted object is not known, but a deleted
 * object of COLLECTION_MEETINGS was a booking.
 */
static bool may_change_hosts(const ObjectChange *change)
{
        return change->record ? change->record->kind == OBJECT_OFFER || change->record->kind == OBJECT_CARD
                              : strcmp(change->collection, COLLECTION_MEETINGS) != 0;
}

static bool would_be_in(const Catalog *catalog, const ObjectRecord *object)
{
        bool is_draft = object->kind == OBJECT_DRAFT;
        return is_site(object) || (object->kind < OBJECT_CARD && strcmp(object->class, "PRIVATE") != 0 &&
                                                  (!is_draft || catalog->config->site.drafts));
}

/*
 * Reads one change. Collections of accounts are not in the catalog, and nothing of them makes a host. An
 * object that got the name of a deleted one is all that tells of the deletion.
 */
static int on_change(const ObjectChange *change, void *userdata)
{
        Reader *reader = userdata;
        const Catalog *now = reader->has_changes ? reader->catalog : reader->old;
        if (collection_is_own_name(change->collection))
                return 0;
        if (may_change_hosts(change))
                reader->hosts = change->change;
        bool concerns = (change->record && would_be_in(now, change->record)) || find_record(now, change) ||
                        site_set_has(reader->old->sites, change->collection, change->resource);
        return concerns ? replace(reader, change) : 0;
}

/* Makes an octet for each number: 1 for an event of the catalog, 0 for one that is gone. */
static unsigned char *list_live(const Catalog *catalog)
{
        unsigned char *live = calloc((size_t)catalog->next_number + 1, 1);
        SortedCursor cursor = { .set = &catalog->sets[INDEX_NUMBER] };
        const CatalogEvent *event;
        for (size_t i = 0; live && (event = sorted_set_at(&cursor, i)); i++)
                live[event->number] = 1;
        return live;
}

/* Joins the last two word indexes of a catalog. */
static int merge_words(Catalog *catalog)
{
        WordIndex **last = &catalog->words[catalog->n_words - 2];
        CLEANUP(word_index_unrefp) WordIndex *merged = NULL;
        bool leaves_out = word_index_count(last[0]) + word_index_count(last[1]) >= MERGE_LIVE_MIN;
        CLEANUP(cleanup_free) unsigned char *live = leaves_out ? list_live(catalog) : NULL;
        int r = leaves_out && !live ? -ENOMEM : word_index_new(&merged);
        if (r == 0)
                r = word_index_merge(merged, last[0], live);
        if (r == 0)
                r = word_index_merge(merged, last[1], live);
        if (r < 0)
                return r;
        word_index_unref(last[0]);
        word_index_unref(last[1]);
        last[0] = TAKE_PTR(merged);
        catalog->n_words--;
        return 0;
}

/*
 * Adds the words of the changed events as an index of its own. Each index has more than twice the events of
 * the next one, so that there are few, and a word is copied a few times in all.
 */
static int finish_words(Reader *reader)
{
        Catalog *catalog = reader->catalog;
        int r = 0;
        if (!reader->words || word_index_count(reader->words) == 0)
                return 0;
        catalog->words[catalog->n_words++] = TAKE_PTR(reader->words);
        while (r == 0 && catalog->n_words > 1 &&
                        word_index_count(catalog->words[catalog->n_words - 2]) <=
                                        2 * word_index_count(catalog->words[catalog->n_words - 1]))
                r = merge_words(catalog);
        return r;
}

static int finish(Reader *reader)
{
        Catalog *catalog = reader->catalog;
        int r = finish_words(reader);
        if (r == 0 && reader->changes_sites)
                r = site_set_new(&reader->sites, catalog->config, &catalog->sites);
        else if (r == 0)
                catalog->sites = site_set_ref(reader->old->sites);
        return r;
}

static int read_changes(Reader *reader, Store *store, const CatalogCheck *check)
{
        int r = store_begin_read(store);
        if (r != 0)
                return r;
        bool has_lost = false;
        r = store_sequence(store, &reader->catalog->sequence);
        bool is_newer = r == 0 && reader->catalog->sequence > check->sequence;
        if (is_newer)
                r = promotion_has_lost(store, check->sequence, &has_lost);
        reader->is_older = has_lost || reader->catalog->sequence < check->sequence;
        if (r == 0 && is_newer && !has_lost)
                r = object_changes(store, NULL, check->sequence, on_change, reader);
        store_rollback(store);
        return r;
}

/*
 * Whether the store must be read as a whole: it is another store, it lost changes that the old catalog has,
 * the old catalog lacks objects, or most of its numbers are of events that are gone.
 */
static bool must_start_anew(const Reader *reader)
{
        const Catalog *old = reader->old;
        size_t n = sorted_set_count(&old->sets[INDEX_NAME]);
        bool is_worn = old->n_lost > 0 || old->next_number > NUMBERS_MIN + NUMBERS_PER_EVENT * n;
        return reader->is_older || (reader->has_changes && is_worn);
}

static int read_anew(const Catalog *old, Store *store, CatalogCheck *check, Catalog **ret)
{
        int r = catalog_new(store, old->config,
                        catalog_has_words(old) ? CATALOG_WITH_WORDS : CATALOG_WITHOUT_WORDS, ret);
        if (r == 0)
                *check = (CatalogCheck){ (*ret)->sequence, (*ret)->sequence };
        return r;
}

int catalog_next(Catalog *old, Store *store, CatalogCheck *check, Catalog **ret)
{
        *ret = NULL;
        CLEANUP(reader_done) Reader reader = reader_start();
        int r = catalog_start(old->config, old->zones, &reader.catalog);
        if (r < 0)
                return r;
        reader.old = old;
        reader.hosts = check->hosts;
        reader.catalog->next_number = old->next_number;
        r = read_changes(&reader, store, check);
        if (r == DB_E_CORRUPT || (r == 0 && must_start_anew(&reader)))
                return read_anew(old, store, check, ret);
        if (r == 0 && reader.has_changes)
                r = finish(&reader);
        if (r != 0)
                return r;
        *check = (CatalogCheck){ reader.catalog->sequence, reader.hosts };
        *ret = reader.has_changes ? TAKE_PTR(reader.catalog) : catalog_ref(old);
        return 0;
}
