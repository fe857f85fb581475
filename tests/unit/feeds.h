#pragma once

/* For the tests of feeds: a fake store on a plain array, and a configuration. */

#include "calendar/publish.h"
#include "feed/feed.h"
#include "store/address.h"
#include "store/epoch.h"
#include "store/meeting.h"
#include "store/object.h"
#include "store/promotion.h"
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
        const char *epoch;          /* NULL: "epoch" */
        int64_t lost;               /* the number of a change that a promoted standby has lost; 0: none */
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

int epoch_get(Store *store, char ret[static TOKEN_SIZE])
{
        strcpy(ret, store->epoch ? store->epoch : "epoch");
        return 0;
}

/* Only a store that has newer changes may have lost one. */
int promotion_has_lost(Store *store, int64_t change, bool *ret)
{
        assert_true(change < store->sequence);
        *ret = store->lost > 0 && change == store->lost;
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

static inline int set_up(void **state)
{
        Store *store = calloc(1, sizeof(*store));
        store->objects = calloc(MAX_OBJECTS, sizeof(*store->objects));
        store->newest = NOW;
        assert_int_equal(zone_table_new(NULL, &store->zones), 0);
        *state = store;
        return 0;
}

static inline int tear_down(void **state)
{
        Store *store = *state;
        zone_table_free(store->zones);
        free(store->objects);
        free(store);
        return 0;
}

/* An event of 12 lines, @day days after NOW's, whose text depends on @version. */
static inline void put(Store *store, size_t index, int day, int version, const char *extra)
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

static inline void take_out(Store *store, size_t index)
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

/* Returns the bytes of a feed, "" before the first update; valid until the next call but one. */
static inline const char *text_of(const Feed *feed, size_t *ret_len)
{
        static char *texts[2];
        static unsigned n_calls;
        char **place = &texts[n_calls++ % 2];
        CLEANUP(blob_unrefp) Blob *blob = feed_content(feed) ? content_join(feed_content(feed)) : NULL;
        *ret_len = 0;
        const char *bytes = blob ? blob_bytes(blob, ret_len) : "";
        free(*place);
        *place = strndup(bytes, *ret_len);
        return *place;
}

static inline const char *update(Feed *feed, Store *store, usec_t now, bool *ret_changed)
{
        size_t len;
        assert_int_equal(feed_update(feed, store, now, ret_changed), 0);
        return text_of(feed, &len);
}

static inline size_t count_events(const Feed *feed)
{
        size_t n = 0, len;
        for (const char *at = text_of(feed, &len); (at = strstr(at, "\r\nEND:VEVENT\r\n")); at++)
                n++;
        return n;
}

static inline Feed *make(FeedScope scope, const char *target)
{
        Feed *feed = NULL;
        assert_int_equal(feed_new(&(FeedName){ .scope = scope, .target = target, .contact = 1 }, &config,
                                         &feed),
                        0);
        return feed;
}
