#pragma once

/* For the tests of the store: a store, and objects from their lines. */

#include "base/clock.h"
#include "store/audience.h"
#include "store/db-internal.h"
#include "store/due-index.h"
#include "store/ledger-owner.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/optout.h"
#include "store/pool.h"
#include "store/private-feed.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "scratch.h"

enum { NOW = 1000000 };

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        const Zone *utc;
        Store *store;
} Fixture;

static inline int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        assert_int_equal(zone_table_get(f->zones, "Etc/UTC", &f->utc), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
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

/* Puts an event of one hour. @stamp: HHMM of DTSTAMP. */
static inline int put(Fixture *f, const char *uid, int sequence, const char *stamp, const char *more,
                usec_t now, ObjectOutcome *ret)
{
        CLEANUP(event_freep) Event *event = NULL;
        char text[1024];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//"
                        "EN\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T%s00Z\r\n"
                        "SEQUENCE:%d\r\nDURATION:PT1H\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
                        uid, stamp, sequence, more);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        return object_put_event(f->store, event,
                        &(ObjectPut){ .collection = COLLECTION_EVENTS,
                                        .anywhere = true,
                                        .refuse_stale = true,
                                        .fallback = f->utc,
                                        .now = now },
                        ret);
}

#define AT_TEN  "DTSTART:20270101T100000Z\r\n"
#define AT_NINE "DTSTART:20270101T090000Z\r\n"

static inline ObjectRecord *get(Fixture *f, const char *uid)
{
        ObjectRecord *record = NULL;
        assert_int_equal(object_find(f->store, uid, &record), 0);
        return record;
}

static inline int64_t put_contact(Fixture *f, const char *uid)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        char text[256];
        snprintf(text, sizeof(text), "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\nFN:%s\r\nEND:VCARD\r\n", uid,
                        uid);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS,
                                                         .anywhere = true,
                                                         .now = NOW },
                                         &outcome),
                        0);
        CLEANUP(object_record_freep) ObjectRecord *record = get(f, uid);
        return record->id;
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
