#pragma once

/* For the tests of the interface to engines: a table in front of that of SQLite. */

#include "store/address.h"
#include "store/db-internal.h"
#include "store/digest-index.h"
#include "store/due-index.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/optout.h"
#include "store/private-feed.h"
#include "store/query.h"
#include "store/signup.h"
#include "store/subscription.h"
#include "store/suppression.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

enum { NOW = 1000000, CALLS_MAX = 64 };

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
} Fixture;

/* Number of prepares or steps that still succeed; negative: all. */
static int prepares_left = -1, steps_left = -1;

static inline int failing_prepare(Db *db, const char *sql, bool in_parts, DbStatement **ret)
{
        return prepares_left >= 0 && prepares_left-- == 0 ? DB_E_IO
                                                          : db_sqlite.prepare(db, sql, in_parts, ret);
}

static inline int failing_step(DbStatement *statement)
{
        return steps_left >= 0 && steps_left-- == 0 ? DB_E_IO : db_sqlite.step(statement);
}

/* Rolls back without injected faults: rollback() returns no result that a test could check. */
static inline void spared_rollback(Db *db)
{
        int prepares = prepares_left, steps = steps_left;
        prepares_left = steps_left = -1;
        db_sqlite.rollback(db);
        prepares_left = prepares;
        steps_left = steps;
}

static DbEngine failing;

static inline void put_event(Fixture *f)
{
        static const char text[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\n"
                                   "UID:e@x\r\nDTSTAMP:20260101T100000Z\r\nDTSTART:20270101T100000Z\r\n"
                                   "CATEGORIES:SESSION\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        const Zone *utc;
        assert_int_equal(zone_table_get(f->zones, "Etc/UTC", &utc), 0);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        assert_int_equal(object_put_event(f->store, event,
                                         &(ObjectPut){ .collection = COLLECTION_EVENTS,
                                                         .fallback = utc,
                                                         .now = NOW },
                                         &outcome),
                        0);
}

static inline int64_t put_contact(Fixture *f)
{
        static const char text[] = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:c\r\nFN:C\r\n"
                                   "EMAIL:c@example.org\r\nEND:VCARD\r\n";
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        ObjectOutcome outcome;
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS,
                                                         .anywhere = true,
                                                         .now = NOW },
                                         &outcome),
                        0);
        assert_int_equal(object_find(f->store, "c", &record), 0);
        return record->id;
}

static inline void add_mail(Fixture *f, int64_t contact, const char *key)
{
        MailRecord mail = {
                .kind = "reminder",
                .contact = contact,
                .uid = "e@x",
                .recurrence_id = "",
                .start = "",
                .rule = "-P1D",
                .state = MAIL_PENDING,
                .next_attempt = NOW,
                .expires = USEC_INFINITY,
                .message_id = "",
                .token = key,
        };
        strcpy(mail.key, key);
        MailText text = { .message_id = "1@x", .bytes = "bytes", .len = 5, .made = NOW };
        MailState state;
        int64_t id = 0;
        bool added;
        assert_int_equal(ledger_add(f->store, &mail, NOW, &added), 0);
        assert_int_equal(ledger_find(f->store, key, &id, &state), 0);
        assert_int_equal(ledger_commit_first_attempt(f->store, id, &text, NOW), 0);
}

/* Adds at least one row for each walk. */
static inline void fill(Fixture *f)
{
        SuppressionLimit limit = { 1, USEC_PER_DAY };
        SuppressionOutcome outcome;
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Etc/UTC"), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        put_event(f);
        int64_t contact = put_contact(f);
        assert_int_equal(subscription_put(f->store, contact, SUBSCRIBE_ALL, "", "", NOW), 0);
        assert_int_equal(mute_put(f->store, contact, "other@x", NOW), 0);
        assert_int_equal(mute_kind_put(f->store, contact, "meeting", NOW), 0);
        assert_int_equal(digest_index_wish(f->store, contact, "DAILY"), 0);
        add_mail(f, contact, "k1");
        add_mail(f, contact, "k2");
        ReturnedMail returned = { .mail = 1,
                .contact = contact,
                .sent = NOW,
                .address = "c@example.org",
                .hard = true,
                .status = "5.1.1",
                .reason = "gone" };
        assert_int_equal(suppression_add(f->store, &returned, &limit, NOW, &outcome), 0);
        assert_int_equal(store_meta_set(f->store, "name", "value"), 0);
}

static inline int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        failing = db_sqlite;
        failing.prepare = failing_prepare;
        failing.step = failing_step;
        failing.rollback = spared_rollback;
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        fill(f);
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

static inline int on_object(const ObjectRecord *record, void *userdata)
{
        (void)record;
        (void)userdata;
        return 0;
}

#define DB_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
