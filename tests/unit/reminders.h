#pragma once

/* For the tests of what is due: contacts, events, and the rows of the ledger as a text. */

#include "remind/due.h"

#include "remind/consent.h"
#include "remind/digest.h"
#include "remind/due-contact.h"
#include "remind/notice.h"
#include "remind/reader.h"
#include "remind/whole.h"
#include "store/contact-due.h"
#include "store/due-index.h"
#include "store/optout.h"
#include "store/subscription.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], database[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Config *config;
        Store *store;
        int64_t contact;
        usec_t now; /* 2027-01-01T00:00:00Z, before all events */
        DueNotify notify;
        const char *category; /* SESSION if NULL */
} Fixture;

static inline usec_t moment(const char *text)
{
        usec_t time;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

static inline void put_card(Fixture *f, const char *uid, const char *more)
{
        CLEANUP(card_freep) Card *card = NULL;
        ObjectOutcome outcome;
        char text[512];
        snprintf(text, sizeof(text), "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\nFN:Guest\r\n%sEND:VCARD\r\n",
                        uid, more);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS,
                                                         .anywhere = true,
                                                         .now = f->now },
                                         &outcome),
                        0);
}

static inline int64_t id_of(Fixture *f, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        assert_int_equal(object_find(f->store, uid, &record), 0);
        return record->id;
}

/* Puts the event, always with the same UID and with a higher SEQUENCE each time. */
static inline void put_event_of(Fixture *f, const char *uid, const char *lines)
{
        static int sequence;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        InputError error = { 0 };
        char text[2048];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:%s\r\n"
                        "DTSTAMP:20260101T000000Z\r\nSEQUENCE:%d\r\nCATEGORIES:%s\r\n%sEND:"
                        "VEVENT\r\nEND:VCALENDAR\r\n",
                        uid, ++sequence, f->category ? f->category : "SESSION", lines);
        int r = event_parse(f->zones, text, strlen(text), &event, &error);
        if (r != 0)
                print_error("%zu: %s: %s\n", error.line, error.where, error.message);
        assert_int_equal(r, 0);
        assert_int_equal(object_put_event(f->store, event,
                                         &(ObjectPut){ .collection = COLLECTION_EVENTS,
                                                         .anywhere = true,
                                                         .refuse_stale = true,
                                                         .notify = f->notify,
                                                         .fallback = f->config->time_zone,
                                                         .now = f->now },
                                         &outcome),
                        0);
}

static inline void put_event(Fixture *f, const char *lines)
{
        put_event_of(f, "e@x", lines);
}

static inline int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        scratch_open(f->directory, f->database);
        scratch_store(f->database, &f->zones, &f->store);
        f->config = scratch_config(f->directory, f->zones,
                        "kinds = ( { name = \"session\"; title = { en = \"S\"; };"
                        " remind = [ \"-P7D@10:00\", \"-P1D@18:00\" ]; } );\n");
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        assert_int_equal(time_parse_rfc3339("2027-01-01T00:00:00Z", &f->now), 0);
        put_card(f, "guest", "EMAIL:guest@example.org\r\n");
        f->contact = id_of(f, "guest");
        *state = f;
        return 0;
}

static inline int tear_down(void **state)
{
        Fixture *f = *state;
        scratch_close(f->directory, f->store, f->config, f->zones);
        free(f);
        return 0;
}

static inline void subscribe(Fixture *f, SubscriptionScope scope, const char *target, const char *leads)
{
        assert_int_equal(subscription_put(f->store, f->contact, scope, target, leads, f->now), 0);
}

/* Adds a mail to a list of `rule STATE reason` lines in order. */
static inline int on_mail(const MailRecord *mail, void *userdata)
{
        char why[256];
        mail_reason_write(mail->reason, mail->reply, why, sizeof(why));
        buffer_printf(userdata, "%s %s%s%s\n", mail->rule, mail_state_name(mail->state), why[0] ? " " : "",
                        why);
        return 0;
}

static inline void look(Fixture *f, const char *when, const char *horizon)
{
        usec_t now, from;
        assert_int_equal(time_parse_rfc3339(when, &now), 0);
        assert_int_equal(time_parse_rfc3339(horizon, &from), 0);
        DueEntry entry = { .object = id_of(f, "e@x"), .found = USEC_INFINITY };
        assert_int_equal(due_index_set(f->store, &entry), 0);
        assert_int_equal(due_process(f->store, f->config, entry.object, from, now), 0);
}

static inline void assert_ledger(Fixture *f, const char *expected)
{
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        assert_int_equal(ledger_each(f->store, 0, false, 1000, on_mail, &found), 0);
        assert_string_equal(buffer_text(&found), expected);
}

static inline void assert_next(Fixture *f, const char *expected)
{
        usec_t next;
        char text[21] = "never";
        assert_int_equal(due_index_next(f->store, &next), 0);
        if (next != USEC_INFINITY)
                time_format_rfc3339(next, text);
        assert_string_equal(text, expected);
}

#define LONG_AGO "2026-01-01T00:00:00Z"
#define ONE      "DTSTART:20270201T100000Z\r\nDTEND:20270201T110000Z\r\n"

/* Processes all contacts whose reminders are due to be derived one by one. */
static inline int on_due(const DueEntry *due, void *userdata)
{
        *(DueEntry *)userdata = *due;
        return 0;
}

static inline void look_at_all(Fixture *f, usec_t now)
{
        for (DueEntry due;
                        due.object = 0, due_index_each(f->store, now, 1, on_due, &due) == 0 && due.object;)
                assert_int_equal(due_process(f->store, f->config, due.object, 0, now), 0);
}

static inline void look_at_contacts(Fixture *f, const char *when)
{
        const DueWork work = { f->store, f->config, 0, moment(when) };
        usec_t next = 0;
        while (next == 0) {
                assert_int_equal(due_contact_source.process(&work), 0);
                assert_int_equal(due_contact_source.next(f->store, &next), 0);
        }
        assert_true(next == USEC_INFINITY);
}

static inline void put_guests(Fixture *f, int n, const char *leads)
{
        assert_int_equal(store_begin_write(f->store), 0);
        for (int i = 0; i < n; i++) {
                char uid[32], email[64];
                snprintf(uid, sizeof(uid), "guest-%d", i);
                snprintf(email, sizeof(email), "EMAIL:guest%d@example.org\r\n", i);
                put_card(f, uid, email);
                assert_int_equal(subscription_put(f->store, id_of(f, uid), SUBSCRIBE_ALL, "", leads, f->now),
                                0);
        }
        assert_int_equal(store_commit(f->store), 0);
}

static inline int on_row(const MailRecord *mail, void *userdata)
{
        char why[256];
        mail_reason_write(mail->reason, mail->reply, why, sizeof(why));
        buffer_printf(userdata, "%s %s|%s|%s|%s %s%s%s\n", mail->kind, mail->recurrence_id, mail->start,
                        mail->finish, mail->place, mail_state_name(mail->state), why[0] ? " " : "", why);
        return 0;
}

static inline void assert_rows(Fixture *f, const char *expected)
{
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        assert_int_equal(ledger_each(f->store, 0, false, 1000, on_row, &found), 0);
        assert_string_equal(buffer_text(&found), expected);
}

/* Delivers all open mails. */
static inline void deliver(Fixture *f, const char *when)
{
        enum { MAILS_MAX = 512 };
        int64_t ids[MAILS_MAX];
        int n;
        usec_t now;
        assert_int_equal(time_parse_rfc3339(when, &now), 0);
        assert_int_equal(ledger_due(f->store, now, MAILS_MAX, ids, &n), 0);
        for (int i = 0; i < n; i++) {
                char id[32];
                snprintf(id, sizeof(id), "%d@example.org", (int)ids[i]);
                MailText text = { .message_id = id, .bytes = "x", .len = 1, .made = now };
                assert_int_equal(store_sequence(f->store, &text.as_of), 0);
                assert_int_equal(ledger_commit_first_attempt(f->store, ids[i], &text, now), 0);
                assert_int_equal(ledger_close(f->store, ids[i], MAIL_SENT, MAIL_REASON_NONE, "250", now), 0);
        }
}

#define HORIZON "2027-01-01T00:00:00Z"
#define HALL    "LOCATION:Hall\r\n"
#define TOLD    "reminder |20270201T100000Z|20270201T110000Z|Hall SENT 250\n"
#define IN(zone, start, end)                                                                                \
        "DTSTART;TZID=" zone ":20270201" start "\r\nDTEND;TZID=" zone ":20270201" end "\r\n"
#define DAYS     "DTSTART;VALUE=DATE:20270201\r\nDTEND;VALUE=DATE:20270202\r\n"
#define TOMORROW "DTSTART:20270131T090000Z\r\nDTEND:20270131T100000Z\r\n"
#define LATER    "DTSTART:20270203T100000Z\r\nDTEND:20270203T110000Z\r\n"

static inline void assert_states(Fixture *f, MailState state, int expected)
{
        int64_t counts[MAIL_PARKED + 1];
        assert_int_equal(ledger_counts(f->store, counts), 0);
        assert_int_equal(counts[state], expected);
}

static inline void look_until_done(Fixture *f, const char *when)
{
        usec_t now;
        assert_int_equal(time_parse_rfc3339(when, &now), 0);
        look_at_all(f, now);
}

#define DUE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
