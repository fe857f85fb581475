#pragma once

/* For the tests of collections: a store with accounts. */

#include "calendar/event.h"
#include "store/account-right.h"
#include "store/collection.h"
#include "store/due-index.h"
#include "store/epoch.h"
#include "store/object.h"
#include "store/property.h"
#include "store/prune.h"
#include "store/quota.h"
#include "store/subscription.h"
#include "store/trash.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW (1000 * USEC_PER_DAY)

#define EVENT(uid, more)                                                                                    \
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:" uid                  \
        "\r\nDTSTAMP:20200101T000000Z\r\nDTSTART:20300101T100000Z\r\nSUMMARY:Own\r\n" more                  \
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
#define TODO(uid)                                                                                           \
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VTODO\r\nUID:" uid                   \
        "\r\nDTSTAMP:20200101T000000Z\r\nSUMMARY:Buy\\, then\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
#define CARD "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:card\r\nFN:Boris\r\nEMAIL:boris@example.org\r\nEND:VCARD\r\n"

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Store *store;
        const Zone *zone;
} Fixture;

static inline int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        assert_int_equal(zone_table_get(f->zones, "Europe/Moscow", &f->zone), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        *state = f;
        return 0;
}

static inline int tear_down(void **state)
{
        Fixture *f = *state;
        scratch_close(f->directory, f->store, NULL, f->zones);
        free(f);
        return 0;
}

static inline Collection make(Fixture *f, const char *owner, bool is_cards, const char *segment)
{
        Collection ret = { .is_cards = is_cards,
                .components = is_cards ? 0 : COLLECTION_VEVENT | COLLECTION_VTODO };
        strcpy(ret.owner, owner);
        strcpy(ret.segment, segment);
        assert_int_equal(collection_make(f->store, &ret, "Europe/Moscow", NOW), 0);
        return ret;
}

static inline int put(Fixture *f, const char *collection, const char *name, const char *text)
{
        CLEANUP(plain_freep) PlainObject *plain = NULL;
        ObjectOutcome outcome;
        assert_int_equal(plain_parse(text, strlen(text), &plain, NULL), 0);
        return object_put_plain(f->store, plain,
                        &(ObjectPut){ .collection = collection,
                                        .resource = name,
                                        .fallback = f->zone,
                                        .now = NOW },
                        &outcome);
}

static inline int join(const StoredProperty *property, void *userdata)
{
        Buffer *out = userdata;
        buffer_printf(out, "%s|%s|%s|%d;", property->space, property->name, property->value,
                        property->is_own);
        return 0;
}

static inline void assert_properties(Fixture *f, const PropertyOwner *owner, const char *expected)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        assert_int_equal(property_each_stored(f->store, owner, join, &out), 0);
        assert_string_equal(buffer_text(&out), expected);
}

typedef struct Seen {
        char key[TRASH_KEY_SIZE];
        int64_t n;
        int found, deleted;
} Seen;

static inline int on_trash(const Trash *trash, void *userdata)
{
        Seen *seen = userdata;
        strcpy(seen->key, trash->key);
        seen->n = trash->n;
        seen->found++;
        return 0;
}

static inline int on_change(const ObjectChange *change, void *userdata)
{
        Seen *seen = userdata;
        seen->deleted += change->record == NULL;
        return 0;
}

#define COLLECTION_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
