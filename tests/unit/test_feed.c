/*
 * Tests feeds on a fake store: the functions of store and config that feeds use are defined here, on a plain
 * array. The real store has its own tests; tests/e2e covers both together.
 */

#include "calendar/publish.h"
#include "feed/compress.h"
#include "feed/feed.h"
#include "store/address.h"
#include "store/meeting.h"
#include "store/object.h"
#include "store/subscription.h"

#include <ctype.h>
#include <libdeflate.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { MAX_OBJECTS = 10000, TEXT_SIZE = 1200 };

typedef struct Kept {
        ObjectRecord record;
        char uid[64], text[TEXT_SIZE];
        bool there;
} Kept;

struct Store {
        ZoneTable *zones;
        Kept *objects;
        size_t n;
        int64_t sequence;
        usec_t newest;
        const char *subscribed;     /* "2:session"; "2.session" for the contact's own listing */
        const char *host, *visitor; /* of every meeting; NULL: there is none */
        int fail;                   /* what object_changes() and object_each_readable() return when not 0 */
};

int store_begin_read(Store *store)
{
        (void)store;
        return 0;
}

int store_commit(Store *store)
{
        (void)store;
        return 0;
}

void store_rollback(Store *store)
{
        (void)store;
}

int store_sequence(Store *store, int64_t *ret)
{
        *ret = store->sequence;
        return 0;
}

ZoneTable *store_zones(Store *store)
{
        return store->zones;
}

ObjectRecord *object_record_free(ObjectRecord *record)
{
        free(record);
        return NULL;
}

/* The contact of a private feed. */
int object_get_by_id(Store *store, int64_t id, ObjectRecord **ret)
{
        (void)store;
        *ret = calloc(1, sizeof(**ret));
        assert_non_null(*ret);
        **ret = (ObjectRecord){
                .id = id, .kind = OBJECT_CARD, .uid = "contact", .address = "me@example.org"
        };
        return 0;
}

Meeting *meeting_free(Meeting *meeting)
{
        free(meeting);
        return NULL;
}

int meeting_get_by_uid(Store *store, const char *uid, Meeting **ret)
{
        (void)uid;
        *ret = store->host ? calloc(1, sizeof(**ret)) : NULL;
        if (*ret)
                **ret = (Meeting){ .host = store->host, .visitor.address = store->visitor };
        return *ret ? 0 : STORE_E_NOT_FOUND;
}

void address_fold(const char *address, char ret[static ADDRESS_SIZE])
{
        size_t i = 0;
        for (; address[i]; i++)
                ret[i] = (char)tolower((unsigned char)address[i]);
        ret[i] = '\0';
}

int object_find(Store *store, const char *uid, ObjectRecord **ret)
{
        for (size_t i = 0; i < store->n; i++)
                if (store->objects[i].there && strcmp(store->objects[i].uid, uid) == 0) {
                        *ret = malloc(sizeof(**ret));
                        **ret = store->objects[i].record;
                        return 0;
                }
        return STORE_E_NOT_FOUND;
}

int object_each_readable(Store *store, const ObjectFilter *filter,
                int (*on_object)(const ObjectRecord *, void *), int (*on_loss)(const ObjectLoss *, void *),
                void *userdata)
{
        (void)filter, (void)on_loss; /* the feed filters by itself */
        int r = store->fail;
        for (size_t i = 0; r == 0 && i < store->n; i++)
                if (store->objects[i].there)
                        r = on_object(&store->objects[i].record, userdata);
        return r;
}

int object_changes(Store *store, const char *collection, int64_t since,
                int (*on_change)(const ObjectChange *, void *), void *userdata)
{
        (void)collection;
        int r = store->fail;
        for (size_t i = 0; r == 0 && i < store->n; i++) {
                const Kept *kept = &store->objects[i];
                ObjectChange change = { .change = kept->record.change,
                        .collection = kept->record.collection,
                        .resource = kept->record.resource,
                        .uid = kept->uid,
                        .id = kept->record.id,
                        .record = kept->there ? &kept->record : NULL };
                if (kept->record.change > since)
                        r = on_change(&change, userdata);
        }
        return r;
}

int object_newest_change(Store *store, const char *collection, const char *category, usec_t *ret)
{
        (void)collection;
        (void)category;
        *ret = store->newest;
        return 0;
}

int object_newest_public(Store *store, const char *collection, usec_t *ret)
{
        return object_newest_change(store, collection, NULL, ret);
}

int collection_each(Store *store, int (*on_collection)(const Collection *, void *), void *userdata)
{
        const Collection contacts = { .name = "contacts", .is_cards = true, .sequence = store->sequence };
        const Collection events = { .name = "events", .sequence = store->sequence };
        int r = on_collection(&contacts, userdata);
        return r != 0 ? r : on_collection(&events, userdata);
}

bool collection_is_own_name(const char *name)
{
        return strncmp(name, "own-", 4) == 0;
}

int subscription_each(Store *store, int64_t contact, int (*on_subscription)(const Subscription *, void *),
                void *userdata)
{
        if (!store->subscribed)
                return 0;
        Subscription subscription = { .contact = contact,
                .scope = (SubscriptionScope)(store->subscribed[0] - '0'),
                .target = store->subscribed + 2,
                .origin = store->subscribed[1] == '.' ? SUBSCRIPTION_OWN : SUBSCRIPTION_GIVEN,
                .leads = "" };
        return on_subscription(&subscription, userdata);
}

static const ConfigKind kinds[] = {
        { .name = "session",
                        .title = { { [LANGUAGE_ru] = "Сессии", [LANGUAGE_en] = "Sessions" } },
                        .color = "teal" },
        { .name = "exhibition", .title = { { [LANGUAGE_ru] = "Выставки" } } },
};

static Config config = {
        .time_zone_name = "Europe/Moscow",
        .language = "ru",
        .http = { .base_url = "https://example.org" },
        .kinds = kinds,
        .n_kinds = 2,
        .feed = { .past = { .days = 30 },
                        .future = { .days = 365 },
                        .refresh = "PT1H",
                        .title = { { [LANGUAGE_ru] = "Всё" } },
                        .description = { { [LANGUAGE_ru] = "" } } },
};

Config *config_ref(Config *given)
{
        return given;
}

Config *config_unref(Config *given)
{
        (void)given;
        return NULL;
}

const ConfigKind *config_kind(const Config *given, const char *category)
{
        for (size_t i = 0; i < given->n_kinds; i++)
                if (strcasecmp(given->kinds[i].name, category) == 0)
                        return &given->kinds[i];
        return NULL;
}

const char *config_text(const ConfigText *text, const char *language)
{
        (void)language;
        const char *const *texts = text->by_language;
        return texts[LANGUAGE_ru] ? texts[LANGUAGE_ru] : texts[LANGUAGE_en] ? texts[LANGUAGE_en] : "";
}

#define NOW ((usec_t)1624438770 * USEC_PER_SEC) /* 2021-06-23T08:59:30Z */

static int set_up(void **state)
{
        Store *store = calloc(1, sizeof(*store));
        store->objects = calloc(MAX_OBJECTS, sizeof(*store->objects));
        store->newest = NOW;
        assert_int_equal(zone_table_new(NULL, &store->zones), 0);
        *state = store;
        return 0;
}

static int tear_down(void **state)
{
        Store *store = *state;
        zone_table_free(store->zones);
        free(store->objects);
        free(store);
        return 0;
}

/* An event of 12 lines, @day days after NOW's, whose text depends on @version. */
static void put(Store *store, size_t index, int day, int version, const char *extra)
{
        static const char *const zone_names[] = { "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg" };
        Kept *kept = &store->objects[index];
        CivilTime date = civil_from_days(NOW / USEC_PER_DAY + day);
        char stamp[16];
        snprintf(stamp, sizeof(stamp), "%04u%02u%02u", (unsigned)date.year % 10000,
                        (unsigned)date.month % 100, (unsigned)date.day % 100);
        snprintf(kept->uid, sizeof(kept->uid), "event-%zu@example.org", index);
        snprintf(kept->text, sizeof(kept->text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//"
                        "EN\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20210101T000000Z\r\n"
                        "DTSTART;TZID=%s:%sT090000\r\nDTEND;TZID=%s:%sT180000\r\nSUMMARY:Проектная сессия "
                        "номер %d\r\n"
                        "LOCATION;LANGUAGE=ru:Технопарк\\, Саранск\r\nCATEGORIES:SESSION\r\n"
                        "DESCRIPTION:A text of an ordinary length that goes over more than one\r\n  line "
                        "when it is folded\\, as they all are.\r\n"
                        "%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
                        kept->uid, zone_names[index % 3], stamp, zone_names[index % 3], stamp, version,
                        extra);
        kept->there = true;
        kept->record = (ObjectRecord){
                .id = (int64_t)index,
                .change = ++store->sequence,
                .kind = OBJECT_EVENT,
                .collection = "events",
                .resource = kept->uid,
                .uid = kept->uid,
                .text = kept->text,
                .len = strlen(kept->text),
                .name = "Session",
                .categories = ",session,",
                .status = strstr(extra, "CANCELLED") ? "CANCELLED" : "",
                .class = strstr(extra, "PRIVATE")        ? "PRIVATE"
                         : strstr(extra, "CONFIDENTIAL") ? "CONFIDENTIAL"
                                                         : "PUBLIC",
                .start = (NOW / USEC_PER_DAY + day) * USEC_PER_DAY + 6 * 3600 * USEC_PER_SEC,
                .end = (NOW / USEC_PER_DAY + day) * USEC_PER_DAY + 15 * 3600 * USEC_PER_SEC,
                .changed = NOW,
        };
        store->newest += USEC_PER_SEC;
}

static void take_out(Store *store, size_t index)
{
        ObjectRecord *record = &store->objects[index].record;
        store->objects[index].there = false;
        if (!record->collection)
                record->collection = "events";
        if (!record->resource)
                record->resource = store->objects[index].uid;
        record->change = ++store->sequence;
        store->newest += USEC_PER_SEC;
}

static const char *update(Feed *feed, Store *store, usec_t now, bool *ret_changed)
{
        size_t len;
        assert_int_equal(feed_update(feed, store, now, ret_changed), 0);
        return feed_bytes(feed, &len);
}

static size_t count_events(const Feed *feed)
{
        size_t n = 0, len;
        for (const char *at = feed_bytes(feed, &len); at && (at = strstr(at, "\r\nEND:VEVENT\r\n")); at++)
                n++;
        return n;
}

static Feed *make(FeedScope scope, const char *target)
{
        Feed *feed = NULL;
        assert_int_equal(feed_new(&(FeedName){ .scope = scope, .target = target, .contact = 1 }, &config,
                                         &feed),
                        0);
        return feed;
}

static void test_feed__an_empty_feed_is_a_valid_calendar(void **state)
{
        CLEANUP(feed_freep) Feed *feed = make(FEED_KIND, "session");
        bool changed = false;
        const char *text = update(feed, *state, NOW, &changed);
        assert_true(changed);
        assert_int_equal(count_events(feed), 0);
        assert_non_null(strstr(text, "NAME;LANGUAGE=ru:Сессии\r\n"));
        assert_non_null(strstr(text, "X-APPLE-CALENDAR-COLOR:#008080\r\n"));
        assert_non_null(strstr(text, "SOURCE;VALUE=URI:https://example.org/session.ics\r\n"));
        assert_non_null(strstr(text, "END:VCALENDAR\r\n"));
        assert_null(strstr(text, "VTIMEZONE"));
}

static void test_feed__an_events_feed_has_the_public_title(void **state)
{
        Store *store = *state;
        store->n = 2;
        put(store, 0, 1, 0, "CLASS:CONFIDENTIAL\r\n");
        put(store, 1, 2, 0, "");
        store->objects[1].record.name = "Session, tel. 89123456789";
        CLEANUP(feed_freep) Feed *busy = make(FEED_EVENT, "event-0@example.org");
        CLEANUP(feed_freep) Feed *open = make(FEED_EVENT, "event-1@example.org");
        bool changed;
        const char *text = update(busy, store, NOW, &changed);
        assert_non_null(strstr(text, "NAME;LANGUAGE=ru:Занято\r\n"));
        assert_non_null(strstr(text, "X-WR-CALNAME:Занято\r\n"));
        assert_null(strstr(text, "Session"));
        text = update(open, store, NOW, &changed);
        assert_non_null(strstr(text, "NAME;LANGUAGE=ru:Session\\, "));
        assert_null(strstr(text, "89123456789"));
}

static void test_feed__selects_its_objects(void **state)
{
        Store *store = *state;
        store->n = 10;
        put(store, 0, 1, 0, "");
        put(store, 1, -31, 0, "");                     /* before the window */
        put(store, 2, 366, 0, "");                     /* after the window */
        put(store, 3, 365, 0, "STATUS:CANCELLED\r\n"); /* still to come: stays */
        put(store, 4, -30, 0, "STATUS:CANCELLED\r\n"); /* 30 days ago: its last day in the window */
        put(store, 5, 2, 0, "CLASS:PRIVATE\r\n");
        put(store, 6, 3, 0, "");
        store->objects[6].record.kind = OBJECT_DRAFT;
        put(store, 7, 4, 0, "");
        store->objects[7].record.categories = ",exhibition,";
        take_out(store, 8);
        put(store, 9, 5, 0, "CLASS:CONFIDENTIAL\r\n");
        static const struct {
                FeedScope scope;
                const char *target, *subscribed;
                int result;
                size_t n;
        } cases[] = {
                { FEED_ALL, NULL, NULL, 0, 5 },
                { FEED_KIND, "session", NULL, 0, 3 },
                { FEED_KIND, "exhibition", NULL, 0, 1 },
                { FEED_KIND, "dance", NULL, FEED_E_NOT_FOUND, 0 },
                { FEED_CALENDAR, "events", NULL, 0, 5 },
                { FEED_CALENDAR, "contacts", NULL, FEED_E_NOT_FOUND, 0 },
                { FEED_EVENT, "event-1@example.org", NULL, 0, 1 },
                { FEED_EVENT, "event-5@example.org", NULL, FEED_E_NOT_FOUND, 0 },
                { FEED_EVENT, "event-6@example.org", NULL, FEED_E_NOT_FOUND, 0 },
                { FEED_EVENT, "nobody", NULL, FEED_E_NOT_FOUND, 0 },
                { FEED_PRIVATE, NULL, NULL, 0, 4 },
                { FEED_PRIVATE, NULL, "2:exhibition", 0, 1 },
                { FEED_PRIVATE, NULL, "2:session", 0, 3 },
                { FEED_PRIVATE, NULL, "3:event-5@example.org", 0, 1 },
                { FEED_PRIVATE, NULL, "3.event-5@example.org", 0, 0 },
                { FEED_PRIVATE, NULL, "3:event-9@example.org", 0, 1 },
                { FEED_PRIVATE, NULL, "3.event-9@example.org", 0, 0 },
                { FEED_PRIVATE, NULL, "4:events", 0, 4 },
                { FEED_PRIVATE, NULL, "1:", 0, 4 },
                { FEED_PRIVATE, NULL, "1.", 0, 4 },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                CLEANUP(feed_freep) Feed *feed = make(cases[i].scope, cases[i].target);
                bool changed;
                store->subscribed = cases[i].subscribed;
                int r = feed_update(feed, store, NOW, &changed);
                if (r != cases[i].result || count_events(feed) != cases[i].n)
                        fail_msg("row %zu: %d, %zu events", i, r, count_events(feed));
        }
        CLEANUP(feed_freep) Feed *feed = make(FEED_ALL, NULL);
        bool changed;
        update(feed, store, NOW + USEC_PER_DAY, &changed);
        assert_int_equal(count_events(feed),
                        5); /* the past cancelled event has left the window, another event has entered it */
}

/* A booking is in the private feeds of its two sides, whatever they are listed for, and in no other. */
static void test_feed__has_the_bookings_of_the_contact(void **state)
{
        Store *store = *state;
        static const struct {
                FeedScope scope;
                const char *host, *visitor, *subscribed;
                size_t n;
        } cases[] = {
                { FEED_PRIVATE, "contact", "you@example.org", NULL, 1 },
                { FEED_PRIVATE, "contact", "you@example.org", "2:exhibition", 1 },
                { FEED_PRIVATE, "host", "Me@example.org", "2:exhibition", 1 },
                { FEED_PRIVATE, "host", "you@example.org", NULL, 0 },
                { FEED_PRIVATE, "host", "you@example.org", "1:", 0 },
                { FEED_PRIVATE, NULL, NULL, "1:", 0 },
                { FEED_ALL, "contact", "Me@example.org", NULL, 0 },
        };
        store->n = 1;
        put(store, 0, 2, 0, "CLASS:PRIVATE\r\nATTENDEE:mailto:you@example.org\r\n");
        store->objects[0].record.collection = COLLECTION_MEETINGS;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                CLEANUP(feed_freep) Feed *feed = make(cases[i].scope, NULL);
                bool changed;
                store->host = cases[i].host;
                store->visitor = cases[i].visitor;
                store->subscribed = cases[i].subscribed;
                const char *text = update(feed, store, NOW, &changed);
                if (count_events(feed) != cases[i].n)
                        fail_msg("row %zu: %zu events", i, count_events(feed));
                assert_null(strstr(text, "you@example.org"));
        }
}

/* An account's copy of a public event comes, changes and goes. */
static void test_feed__passes_over_the_collections_of_accounts(void **state)
{
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *feed = make(FEED_ALL, NULL);
        store->n = 2;
        put(store, 0, 1, 0, "");
        put(store, 1, 1, 0, "");
        take_out(store, 1);
        CLEANUP(cleanup_free) char *before = strdup(update(feed, store, NOW, &changed));
        assert_int_equal(count_events(feed), 1);
        for (int version = 1; version < 4; version++) {
                put(store, 1, 1, version, "");
                strcpy(store->objects[1].uid, store->objects[0].uid);
                store->objects[1].record.kind = OBJECT_OWN_EVENT;
                store->objects[1].record.collection = "own-copy-0123456789abcdef";
                if (version == 3)
                        take_out(store, 1);
                store->newest = feed_modified(feed); /* an account's changes do not count there */
                assert_string_equal(update(feed, store, NOW, &changed), before);
                assert_false(changed);
        }
}

/*
 * A copy of an event in a second collection comes, changes, moves to another name and goes; then another
 * object replaces the original, and goes too. Each time the kept feed equals a newly built one.
 */
static void test_feed__has_the_same_event_of_two_collections(void **state)
{
        static const size_t expected[] = { 1, 2, 2, 2, 1, 1, 0 };
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *kept = make(FEED_ALL, NULL);
        store->n = 3;
        put(store, 0, 1, 0, "");
        store->objects[0].record.resource = "event-0@example.org";
        take_out(store, 1);
        take_out(store, 2);
        for (int step = 0; step < (int)(sizeof(expected) / sizeof(expected[0])); step++) {
                ObjectRecord *original = &store->objects[0].record, *copy = &store->objects[1].record;
                if (step == 1 || step == 2) {
                        put(store, 1, 1, step, "");
                        strcpy(store->objects[1].uid, store->objects[0].uid);
                        copy->collection = "second";
                        copy->resource = "a.ics";
                }
                if (step == 3) {
                        copy->resource = "b.ics";
                        copy->change = ++store->sequence;
                        store->objects[2].record.collection = "second";
                        store->objects[2].record.resource = "a.ics";
                        take_out(store, 2);
                }
                if (step == 4)
                        take_out(store, 1);
                if (step == 5) {
                        put(store, 0, 1, step, "");
                        strcpy(store->objects[0].uid, "another@example.org");
                        original->resource = "event-0@example.org";
                }
                if (step == 6)
                        take_out(store, 0);
                CLEANUP(feed_freep) Feed *full = make(FEED_ALL, NULL);
                const char *a = update(kept, store, NOW, &changed);
                assert_string_equal(a, update(full, store, NOW, &changed));
                if (count_events(kept) != expected[step])
                        fail_msg("step %d: %zu events", step, count_events(kept));
        }
}

static void test_feed__zones_are_those_in_use(void **state)
{
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *feed = make(FEED_ALL, NULL);
        store->n = 2;
        put(store, 0, 1, 0, "");
        put(store, 1, 2, 0, "");
        const char *text = update(feed, store, NOW, &changed);
        assert_non_null(strstr(text, "TZID:Europe/Moscow\r\n"));
        assert_non_null(strstr(text, "TZID:Europe/Samara\r\n"));
        take_out(store, 1);
        text = update(feed, store, NOW, &changed);
        assert_true(changed);
        assert_non_null(strstr(text, "TZID:Europe/Moscow\r\n"));
        assert_null(strstr(text, "Samara"));
        update(feed, store, NOW, &changed);
        assert_false(changed);
}

static void test_feed__is_unchanged_after_a_failure(void **state)
{
        Store *store = *state;
        bool changed;
        size_t len, after;
        CLEANUP(feed_freep) Feed *feed = make(FEED_ALL, NULL);
        store->n = 1;
        put(store, 0, 1, 0, "");
        update(feed, store, NOW, &changed);
        const char *before = feed_bytes(feed, &len);
        put(store, 0, 2, 1, "");
        store->fail = DB_E_BUSY;
        assert_int_equal(feed_update(feed, store, NOW, &changed), DB_E_BUSY);
        assert_ptr_equal(feed_bytes(feed, &after), before);
        assert_int_equal(after, len);
        store->fail = 0;
        update(feed, store, NOW, &changed);
        assert_true(changed);
}

/* After every change the kept feed equals a newly built one. */
static void test_feed__an_update_equals_a_full_build(void **state)
{
        Store *store = *state;
        unsigned seed = 1;
        bool changed;
        CLEANUP(feed_freep) Feed *kept = make(FEED_ALL, NULL);
        store->n = 60;
        for (int round = 0; round < 400; round++) {
                for (int i = rand_r(&seed) % 4; i >= 0; i--) {
                        size_t index = (size_t)rand_r(&seed) % store->n;
                        int what = rand_r(&seed) % 8;
                        if (what == 0)
                                take_out(store, index);
                        else
                                put(store, index, rand_r(&seed) % 440 - 40, round,
                                                what == 1   ? "CLASS:PRIVATE\r\n"
                                                : what == 2 ? "STATUS:CANCELLED\r\n"
                                                            : "");
                        snprintf(store->objects[index].uid, sizeof(store->objects[index].uid),
                                        "event-%zu@example.org", index);
                }
                CLEANUP(feed_freep) Feed *full = make(FEED_ALL, NULL);
                usec_t now = NOW + (round / 100) * USEC_PER_DAY;
                const char *a = update(kept, store, now, &changed), *b = update(full, store, now, &changed);
                assert_string_equal(a, b);
                assert_int_equal(count_events(kept), count_events(full));
        }
}

/* A part names its parent event, also after the parent was renamed or hidden. */
static void test_feed__a_part_names_its_whole(void **state)
{
        static const char is_part[] = "RELATED-TO;RELTYPE=PARENT:event-0@example.org\r\n";
        Store *store = *state;
        bool changed;
        CLEANUP(feed_freep) Feed *kept = make(FEED_ALL, NULL);
        store->n = 2;
        put(store, 0, 1, 1, "");
        put(store, 1, 1, 1, is_part);
        assert_non_null(strstr(
                        update(kept, store, NOW, &changed), "DESCRIPTION:В рамках: Session\\n\\nA text of"));
        store->objects[0].record.name = "Форум\\, +7 (905) 371-48-95";
        store->objects[0].record.change = ++store->sequence;
        assert_non_null(strstr(update(kept, store, NOW, &changed), "В рамках: Форум"));
        assert_null(strstr(update(kept, store, NOW, &changed), "371-48"));
        static const char *const classes[] = { "CLASS:PRIVATE\r\n", "CLASS:CONFIDENTIAL\r\n" };
        for (size_t i = 0; i < 2; i++) {
                put(store, 0, 1, 2, classes[i]);
                assert_null(strstr(update(kept, store, NOW, &changed), "В рамках"));
        }
}

/*
 * A part in a private feed names its private whole only if the office has listed the contact for the whole.
 */
static void test_feed__a_private_whole_is_named_to_its_guests_only(void **state)
{
        Store *store = *state;
        bool changed;
        store->n = 2;
        put(store, 0, 1, 1, "CLASS:PRIVATE\r\n");
        put(store, 1, 1, 1, "RELATED-TO;RELTYPE=PARENT:event-0@example.org\r\n");
        static const char *const listings[] = { "3:event-1@example.org", "1:", NULL };
        for (size_t i = 0; i < sizeof(listings) / sizeof(*listings); i++) {
                CLEANUP(feed_freep) Feed *feed = make(FEED_PRIVATE, NULL);
                store->subscribed = listings[i];
                const char *text = update(feed, store, NOW, &changed);
                assert_int_equal(count_events(feed), 1);
                assert_null(strstr(text, "event-0@example.org"));
                assert_null(strstr(text, "В рамках"));
        }
}

static double cpu_ms(void)
{
        struct timespec time;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/*
 * The limits are far above the printed times, so that a sanitized run on a busy machine passes; quadratic
 * time would fail.
 */
static void test_feed__ten_thousand_events(void **state)
{
        Store *store = *state;
        bool changed;
        size_t len;
        store->n = MAX_OBJECTS;
        for (size_t i = 0; i < store->n; i++)
                put(store, i, (int)(i % 360), 0, "");
        CLEANUP(feed_freep) Feed *feed = make(FEED_ALL, NULL);
        double start = cpu_ms();
        update(feed, store, NOW, &changed);
        double built = cpu_ms();
        put(store, 5000, 7, 1, "");
        double before = cpu_ms();
        const char *bytes = update(feed, store, NOW, &changed);
        double updated = cpu_ms();
        feed_bytes(feed, &len);
        CLEANUP(buffer_done) Buffer gzip = BUFFER_INIT(1 << 26);
        assert_int_equal(feed_compress(bytes, len, &gzip), 0);
        print_message("10,000 events: full %.1f ms, a change %.1f ms, gzip %.1f ms; %zu bytes, %zu "
                      "compressed\n",
                        built - start, updated - before, cpu_ms() - updated, len, gzip.len);
        assert_true(built - start < 2000);
        assert_true(updated - before < 500);
}

static void test_feed_compress__gives_back_the_same(void **state)
{
        static const char text[] = "BEGIN:VCALENDAR\r\nBEGIN:VCALENDAR\r\nBEGIN:VCALENDAR\r\n";
        char plain[sizeof(text)];
        size_t n = 0;
        (void)state;
        CLEANUP(buffer_done) Buffer first = BUFFER_INIT(4096), second = BUFFER_INIT(4096);
        assert_int_equal(feed_compress(text, sizeof(text), &first), 0);
        assert_int_equal(feed_compress(text, sizeof(text), &second), 0);
        assert_int_equal(first.len, second.len);
        assert_memory_equal(first.data, second.data, first.len);
        struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
        assert_int_equal(libdeflate_gzip_decompress(
                                         decompressor, first.data, first.len, plain, sizeof(plain), &n),
                        LIBDEFLATE_SUCCESS);
        libdeflate_free_decompressor(decompressor);
        assert_string_equal(plain, text);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_feed__an_empty_feed_is_a_valid_calendar, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__an_events_feed_has_the_public_title, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__selects_its_objects, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__has_the_bookings_of_the_contact, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__passes_over_the_collections_of_accounts, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__has_the_same_event_of_two_collections, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__zones_are_those_in_use, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__is_unchanged_after_a_failure, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__an_update_equals_a_full_build, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__a_part_names_its_whole, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_feed__a_private_whole_is_named_to_its_guests_only, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_feed__ten_thousand_events, set_up, tear_down),
                cmocka_unit_test(test_feed_compress__gives_back_the_same),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
