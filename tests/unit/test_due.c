/*
 * Tests the reminders due to each contact, on a real store: rules, keys, behaviour after an outage, and the
 * next due time.
 */

#include "remind/due.h"

#include "remind/consent.h"
#include "remind/digest.h"
#include "remind/due-contact.h"
#include "remind/notice-untold.h"
#include "remind/notice.h"
#include "remind/reader.h"
#include "remind/whole.h"
#include "store/contact-due.h"
#include "store/due-index.h"
#include "store/optout.h"
#include "store/subscription.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <sqlite3.h>
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

static usec_t moment(const char *text)
{
        usec_t time;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

static void put_card(Fixture *f, const char *uid, const char *more)
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

static int64_t id_of(Fixture *f, const char *uid)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        assert_int_equal(object_find(f->store, uid, &record), 0);
        return record->id;
}

/* Puts the event, always with the same UID and with a higher SEQUENCE each time. */
static void put_event_of(Fixture *f, const char *uid, const char *lines)
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

static void put_event(Fixture *f, const char *lines)
{
        put_event_of(f, "e@x", lines);
}

static int set_up(void **state)
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

static int tear_down(void **state)
{
        Fixture *f = *state;
        scratch_close(f->directory, f->store, f->config, f->zones);
        free(f);
        return 0;
}

/* Adds a reminder of due_each() to a list of `rule fire` lines. */
static int on_reminder(const Reminder *reminder, void *userdata)
{
        Buffer *out = userdata;
        char rule[LEAD_TEXT_SIZE], fire[21];
        lead_format(&reminder->lead, rule);
        time_format_rfc3339(reminder->fire, fire);
        buffer_printf(out, "%s %s\n", rule, fire);
        return 0;
}

static void assert_reminders(Fixture *f, const char *expected)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        assert_int_equal(due_each(f->store, f->config, record, f->now, f->now + 60 * USEC_PER_DAY, 0,
                                         on_reminder, &found),
                        0);
        assert_string_equal(buffer_text(&found), expected);
}

static void subscribe(Fixture *f, SubscriptionScope scope, const char *target, const char *leads)
{
        assert_int_equal(subscription_put(f->store, f->contact, scope, target, leads, f->now), 0);
}

static void test_due_each__the_most_specific_leads_apply(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        assert_reminders(f, "");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        assert_reminders(f, "-P7D@10:00 2027-01-25T07:00:00Z\n-P1D@18:00 2027-01-31T15:00:00Z\n");
        put_event(f, "DTSTART:20270201T100000Z\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT3H\r\nEND:"
                     "VALARM\r\n");
        assert_reminders(f, "-PT3H 2027-02-01T07:00:00Z\n");
        subscribe(f, SUBSCRIBE_KIND, "session", "-PT2H");
        assert_reminders(f, "-PT2H 2027-02-01T08:00:00Z\n");
        subscribe(f, SUBSCRIBE_EVENT, "e@x", "-PT1H,-PT30M");
        assert_reminders(f, "-PT1H 2027-02-01T09:00:00Z\n-PT30M 2027-02-01T09:30:00Z\n");
}

static void test_due_each__a_local_lead_follows_the_contacts_clock(void **state)
{
        Fixture *f = *state;
        put_card(f, "guest", "EMAIL:guest@example.org\r\nTZ:Asia/Tashkent\r\n");
        put_event(f, "DTSTART;TZID=Europe/Moscow:20270201T100000\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D@18:00");
        assert_reminders(f, "-P1D@18:00 2027-01-31T13:00:00Z\n");
}

static void test_due_each__a_cancelled_event_has_no_reminders(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "");
        put_event(f, "DTSTART:20270201T100000Z\r\nSTATUS:CANCELLED\r\n");
        assert_reminders(f, "");
}

/* Adds a mail to a list of `rule STATE reason` lines in order. */
static int on_mail(const MailRecord *mail, void *userdata)
{
        char why[256];
        mail_reason_write(mail->reason, mail->reply, why, sizeof(why));
        buffer_printf(userdata, "%s %s%s%s\n", mail->rule, mail_state_name(mail->state), why[0] ? " " : "",
                        why);
        return 0;
}

static void look(Fixture *f, const char *when, const char *horizon)
{
        usec_t now, from;
        assert_int_equal(time_parse_rfc3339(when, &now), 0);
        assert_int_equal(time_parse_rfc3339(horizon, &from), 0);
        DueEntry entry = { .object = id_of(f, "e@x"), .found = USEC_INFINITY };
        assert_int_equal(due_index_set(f->store, &entry), 0);
        assert_int_equal(due_process(f->store, f->config, entry.object, from, now), 0);
}

static void assert_ledger(Fixture *f, const char *expected)
{
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        assert_int_equal(ledger_each(f->store, 0, false, 1000, on_mail, &found), 0);
        assert_string_equal(buffer_text(&found), expected);
}

static void assert_next(Fixture *f, const char *expected)
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

static void test_due_process__adds_due_reminders_once_and_sets_the_next_time(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T120000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        look(f, "2027-01-25T06:59:59Z", LONG_AGO);
        assert_ledger(f, "");
        assert_next(f, "2027-01-25T07:00:00Z");
        look(f, "2027-01-25T07:00:00Z", LONG_AGO);
        look(f, "2027-01-25T07:00:01Z", LONG_AGO);
        assert_ledger(f, "-P7D@10:00 PENDING\n");
        assert_next(f, "2027-01-31T15:00:00Z");
        look(f, "2027-02-01T12:00:00Z", LONG_AGO);
        assert_ledger(f, "-P7D@10:00 PENDING\n");
        assert_next(f, "never");
}

static void test_due_process__after_an_outage_the_nearest_reminder_is_sent(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T120000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        look(f, "2027-02-01T09:00:00Z", LONG_AGO);
        assert_ledger(f, "-P7D@10:00 EXPIRED overtaken by a nearer reminder\n-P1D@18:00 PENDING\n");
}

static void test_due_process__an_unsent_reminder_is_overtaken(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T120000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        look(f, "2027-01-25T08:00:00Z", LONG_AGO);
        look(f, "2027-01-31T15:00:00Z", LONG_AGO);
        assert_ledger(f, "-P7D@10:00 EXPIRED overtaken by a nearer reminder\n-P1D@18:00 PENDING\n");
}

/* By the contact's new zone, the lead that was overtaken is the nearest: the one that waits still goes. */
static void test_due_process__a_zone_that_changes_the_order_of_leads_loses_none(void **state)
{
        Fixture *f = *state;
        put_card(f, "guest", "EMAIL:guest@example.org\r\nTZ:Europe/Moscow\r\n");
        put_event(f, "DTSTART:20270201T080500Z\r\nDTEND:20270201T120000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "-PT19H,-P1D@16:55");
        look(f, "2027-01-31T14:00:00Z", LONG_AGO);
        assert_ledger(f, "-PT19H EXPIRED overtaken by a nearer reminder\n-P1D@16:55 PENDING\n");
        put_card(f, "guest", "EMAIL:guest@example.org\r\nTZ:Europe/Samara\r\n");
        look(f, "2027-01-31T14:00:01Z", LONG_AGO);
        put_event(f, "DTSTART:20270201T080500Z\r\nDTEND:20270201T120000Z\r\nLOCATION:Hall\r\n");
        look(f, "2027-01-31T14:00:02Z", LONG_AGO);
        assert_ledger(f, "-PT19H EXPIRED overtaken by a nearer reminder\n-P1D@16:55 PENDING\n");
}

static void test_due_process__the_first_start_mails_nothing_from_the_past(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        look(f, "2027-01-26T00:00:00Z", "2027-01-26T00:00:00Z");
        assert_ledger(f, "");
        assert_next(f, "2027-01-31T15:00:00Z");
}

/*
 * An event that is added, or a contact that is listed, after the first start has a late reminder, as in an
 * older store.
 */
static void test_due_process__what_comes_after_the_first_start_is_late(void **state)
{
        static const struct {
                int line;
                const char *added, *listed, *expected;
        } rows[] = {
                { __LINE__, "2027-01-25T23:00:00Z", "2027-01-25T23:30:00Z", "" },
                { __LINE__, "2027-01-26T01:00:00Z", "2027-01-25T23:30:00Z", "-P7D@10:00 PENDING\n" },
                { __LINE__, "2027-01-25T23:00:00Z", "2027-01-26T01:00:00Z", "-P7D@10:00 PENDING\n" },
                { __LINE__, "2027-01-28T00:00:00Z", "2027-01-25T23:30:00Z",
                                "" }, /* by a clock that was ahead */
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
                assert_int_equal(time_parse_rfc3339(rows[i].added, &f->now), 0);
                put_event(f, "DTSTART:20270201T100000Z\r\n");
                assert_int_equal(time_parse_rfc3339(rows[i].listed, &f->now), 0);
                subscribe(f, SUBSCRIBE_ALL, "", "");
                look(f, "2027-01-27T00:00:00Z", "2027-01-26T00:00:00Z");
                assert_int_equal(ledger_each(f->store, 0, false, 1000, on_mail, &found), 0);
                if (strcmp(buffer_text(&found), rows[i].expected) != 0)
                        fail_msg("line %d: %s", rows[i].line, buffer_text(&found));
                tear_down(state);
                set_up(state);
        }
}

/* The reminder of an event that begins within two hours of the first start is late, not lost. */
static void test_due_process__the_first_start_reminds_of_what_is_near(void **state)
{
        static const struct {
                int line;
                const char *late, *start, *expected;
        } rows[] = {
                { __LINE__, "send", "2027-02-01T09:00:00Z",
                                "-P7D@10:00 EXPIRED overtaken by a nearer reminder\n-P1D@18:00 PENDING\n" },
                { __LINE__, "send", "2027-02-01T08:00:01Z",
                                "-P7D@10:00 EXPIRED overtaken by a nearer reminder\n-P1D@18:00 PENDING\n" },
                { __LINE__, "send", "2027-02-01T08:00:00Z", "" },
                { __LINE__, "send", "2027-01-31T16:00:00Z", "" },
                { __LINE__, "send", "2027-02-01T10:00:00Z", "" },
                { __LINE__, "skip", "2027-02-01T09:00:00Z",
                                "-P7D@10:00 EXPIRED overtaken by a nearer reminder\n-P1D@18:00 EXPIRED event or "
                                "subscription came after this moment, and mail.late is skip\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
                f->config->mail.late = rows[i].late;
                put_event(f, ONE);
                subscribe(f, SUBSCRIBE_ALL, "", "");
                look(f, rows[i].start, rows[i].start);
                assert_int_equal(ledger_each(f->store, 0, false, 1000, on_mail, &found), 0);
                if (strcmp(buffer_text(&found), rows[i].expected) != 0)
                        fail_msg("line %d: %s", rows[i].line, buffer_text(&found));
                tear_down(state);
                set_up(state);
        }
}

static void test_due_process__an_event_without_a_kind_has_the_default_leads(void **state)
{
        Fixture *f = *state;
        config_unref(f->config);
        f->config = scratch_config(f->directory, f->zones,
                        "kinds = ( { name = \"session\"; title = { en = \"S\"; }; remind = [ \"-P7D\" ]; },"
                        " { name = \"default\"; title = { en = \"D\"; }; remind = [ \"-PT3H\" ]; } );\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        put_event(f, ONE);
        assert_reminders(f, "-P7D 2027-01-25T10:00:00Z\n");
        f->category = "UNKNOWN";
        put_event(f, ONE);
        assert_reminders(f, "-PT3H 2027-02-01T07:00:00Z\n");
}

static void test_due_process__a_move_fires_again_and_a_new_text_does_not(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_event(f, "DTSTART;TZID=Europe/Moscow:20270201T100000\r\nDURATION:PT1H\r\nSUMMARY:One\r\n");
        look(f, "2027-01-31T08:00:00Z", LONG_AGO);
        put_event(f, "DTSTART;TZID=Europe/Moscow:20270201T100000\r\nDURATION:PT1H\r\nSUMMARY:Two\r\n");
        look(f, "2027-01-31T08:01:00Z", LONG_AGO);
        assert_ledger(f, "-P1D PENDING\n");
        put_event(f, "DTSTART;TZID=Europe/Moscow:20270201T103000\r\nDURATION:PT1H\r\nSUMMARY:Two\r\n");
        look(f, "2027-01-31T08:02:00Z", LONG_AGO);
        assert_ledger(f, "-P1D PENDING\n-P1D PENDING\n");
}

static void test_due_process__records_why_a_contact_gets_no_mail(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        static const struct {
                const char *uid, *lines;
        } cards[] = {
                { "silent", "EMAIL:silent@example.org\r\nX-CONVENED-REMINDERS:OFF\r\n" },
                { "nowhere", "TEL:+7 000\r\n" },
                { "stopped", "EMAIL:stopped@example.org\r\n" },
                { "muted", "EMAIL:muted@example.org\r\n" },
                { "tired", "EMAIL:tired@example.org\r\n" },
        };
        for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
                put_card(f, cards[i].uid, cards[i].lines);
                assert_int_equal(subscription_put(f->store, id_of(f, cards[i].uid), SUBSCRIBE_ALL, "",
                                                 "-P1D", f->now),
                                0);
        }
        assert_int_equal(contact_stop(f->store, id_of(f, "stopped"), MAIL_REASON_OPTED_OUT, f->now), 0);
        assert_int_equal(mute_put(f->store, id_of(f, "muted"), "e@x", f->now), 0);
        assert_int_equal(mute_kind_put(f->store, id_of(f, "tired"), "session", f->now), 0);
        assert_int_equal(mute_kind_put(f->store, id_of(f, "tired"), "exhibition", f->now), 0);
        look(f, "2027-01-31T10:00:00Z", LONG_AGO);
        assert_ledger(f, "-P1D SUPPRESSED the contact's card says X-CONVENED-REMINDERS:OFF\n"
                         "-P1D SUPPRESSED the contact has no mail address\n"
                         "-P1D SUPPRESSED the contact wants no mail\n"
                         "-P1D SUPPRESSED the contact wants no mail about this event\n"
                         "-P1D SUPPRESSED the contact wants no mail about events of this kind\n");
}

/* Processes all contacts whose reminders are due to be derived one by one. */
static int on_due(const DueEntry *due, void *userdata)
{
        *(DueEntry *)userdata = *due;
        return 0;
}

static void look_at_all(Fixture *f, usec_t now)
{
        for (DueEntry due;
                        due.object = 0, due_index_each(f->store, now, 1, on_due, &due) == 0 && due.object;)
                assert_int_equal(due_process(f->store, f->config, due.object, 0, now), 0);
}

static void look_at_contacts(Fixture *f, const char *when)
{
        const DueWork work = { f->store, f->config, 0, moment(when) };
        usec_t next = 0;
        while (next == 0) {
                assert_int_equal(due_contact_source.process(&work), 0);
                assert_int_equal(due_contact_source.next(f->store, &next), 0);
        }
        assert_true(next == USEC_INFINITY);
}

static void test_due_process__a_contact_that_changes_zones_gets_local_times(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T120000Z\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D@18:00");
        look(f, "2027-01-25T07:00:00Z", LONG_AGO);
        look_at_contacts(f, "2027-01-25T07:00:00Z");
        assert_next(f, "2027-01-31T15:00:00Z");
        put_card(f, "guest", "EMAIL:guest@example.org\r\nTZ:Asia/Tashkent\r\n");
        assert_next(f, "2027-01-31T15:00:00Z");
        look_at_contacts(f, "2027-01-25T08:00:00Z");
        assert_next(f, "2027-01-31T13:00:00Z");
}

static void test_due_process__each_occurrence_has_its_own(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT1H");
        put_event(f, "DTSTART:20270201T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:"
                     "20270202T100000Z\r\n");
        look(f, "2027-02-01T09:00:00Z", LONG_AGO);
        assert_next(f, "2027-02-03T09:00:00Z");
        look(f, "2027-02-03T09:00:00Z", LONG_AGO);
        assert_ledger(f, "-PT1H PENDING\n-PT1H PENDING\n");
        assert_next(f, "never");
}

static void test_due_process__a_fixed_moment_fires_once_for_a_series(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "");
        put_event(f, "DTSTART:20270201T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=5\r\n"
                     "BEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER;VALUE=DATE-TIME:20270131T120000Z\r\nEND:"
                     "VALARM\r\n");
        for (int day = 1; day <= 5; day++) {
                char when[32];
                snprintf(when, sizeof(when), "2027-02-0%dT09:00:00Z", day);
                look(f, when, LONG_AGO);
        }
        assert_ledger(f, "20270131T120000Z PENDING\n");
}

static void put_guests(Fixture *f, int n, const char *leads)
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

static void test_due_process__continues_after_a_batch(void **state)
{
        Fixture *f = *state;
        enum { GUESTS = 450 };
        int64_t counts[MAIL_PARKED + 1];
        usec_t now;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        put_guests(f, GUESTS, "-P1D,-PT1H");
        assert_int_equal(subscription_put(f->store, id_of(f, "guest-0"), SUBSCRIBE_ALL, "", "-P1D,-PT2H",
                                         f->now),
                        0);
        assert_int_equal(time_parse_rfc3339("2027-01-31T10:00:00Z", &now), 0);
        int rounds = 0;
        for (DueEntry alarm; alarm.object = 0,
                             due_index_each(f->store, now, 1, on_due, &alarm) == 0 && alarm.object;
                        rounds++)
                assert_int_equal(due_process(f->store, f->config, alarm.object, 0, now), 0);
        assert_int_equal(rounds, 5);
        assert_int_equal(ledger_counts(f->store, counts), 0);
        assert_int_equal(counts[MAIL_PENDING], GUESTS);
        assert_next(f, "2027-02-01T08:00:00Z");
}

/* ---- One contact among many ---- */

static void test_due_contact__a_listing_is_derived_only_for_its_contact(void **state)
{
        Fixture *f = *state;
        int64_t counts[MAIL_PARKED + 1];
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        put_guests(f, 3, "-P1D");
        look_at_contacts(f, "2027-01-01T00:00:00Z");
        look(f, "2027-01-31T11:00:00Z", LONG_AGO);
        assert_next(f, "never");
        subscribe(f, SUBSCRIBE_KIND, "session", "-P1D,-PT2H");
        assert_next(f, "never");
        look_at_contacts(f, "2027-01-31T12:00:00Z");
        assert_next(f, "2027-02-01T08:00:00Z");
        for (int i = 0; i < 2; i++) {
                assert_int_equal(ledger_counts(f->store, counts), 0);
                assert_int_equal(counts[MAIL_PENDING], 4);
                subscribe(f, SUBSCRIBE_KIND, "session", "-P1D,-PT2H");
                look_at_contacts(f, "2027-01-31T12:00:00Z");
        }
}

static void test_due_contact__other_events_are_not_touched(void **state)
{
        Fixture *f = *state;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        look(f, "2027-01-20T11:00:00Z", LONG_AGO);
        subscribe(f, SUBSCRIBE_KIND, "exhibition", "-P1D");
        subscribe(f, SUBSCRIBE_EVENT, "other@x", "-P1D");
        subscribe(f, SUBSCRIBE_CALENDAR, "other", "-P1D");
        look_at_contacts(f, "2027-01-20T12:00:00Z");
        assert_next(f, "never");
        subscribe(f, SUBSCRIBE_CALENDAR, COLLECTION_EVENTS, "-P1D");
        look_at_contacts(f, "2027-01-20T12:00:00Z");
        assert_next(f, "2027-01-31T10:00:00Z");
        subscribe(f, SUBSCRIBE_EVENT, "e@x", "-P2D");
        look_at_contacts(f, "2027-01-20T12:00:00Z");
        assert_next(f, "2027-01-30T10:00:00Z");
}

/* The fan-out has already passed one of the two changed contacts, and not yet reached the other. */
static void test_due_contact__a_change_during_a_fan_out_is_processed_once(void **state)
{
        Fixture *f = *state;
        enum { GUESTS = 250 };
        int64_t counts[MAIL_PARKED + 1];
        usec_t now = moment("2027-01-25T10:00:00Z");
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        put_guests(f, GUESTS, "-P1D@18:00,-P8D");
        assert_int_equal(contact_due_spread(f->store), 0);
        look(f, "2027-01-25T10:00:00Z", LONG_AGO);
        put_card(f, "guest-0", "EMAIL:guest0@example.org\r\nTZ:Asia/Tashkent\r\n");
        put_card(f, "guest-249", "EMAIL:guest249@example.org\r\nTZ:Asia/Almaty\r\n");
        look_at_contacts(f, "2027-01-25T10:00:00Z");
        look_at_all(f, now);
        assert_next(f, "2027-01-31T13:00:00Z");
        assert_int_equal(ledger_counts(f->store, counts), 0);
        assert_int_equal(counts[MAIL_PENDING], GUESTS);
}

/* By a clock that was ahead the event was over when the contact was processed. */
static void test_due_contact__a_clock_set_back_brings_skipped_events_back(void **state)
{
        Fixture *f = *state;
        usec_t back = moment("2027-01-20T12:00:00Z");
        int64_t n = -1;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        look(f, "2027-01-20T11:00:00Z", LONG_AGO);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        look_at_contacts(f, "2027-02-02T12:00:00Z");
        assert_next(f, "never");
        assert_int_equal(due_contact_source.rewind(f->store, back, &n), 0);
        assert_int_equal(n, 1);
        look_at_all(f, back);
        assert_next(f, "2027-01-31T10:00:00Z");
        /* Nothing was processed later than the clock. */
        assert_int_equal(due_contact_source.rewind(f->store, back, &n), 0);
        assert_int_equal(n, 0);
}

/*
 * A transaction processes 32 events of a contact. If the card changes between two of them, the contact is
 * processed again.
 */
static void test_due_contact__many_events_take_several_batches(void **state)
{
        Fixture *f = *state;
        enum { EVENTS = 70 };
        const char *when = "2027-01-31T11:00:00Z";
        char uid[32];
        int64_t counts[MAIL_PARKED + 1], n = 1;
        for (int i = 0; i < EVENTS; i++) {
                snprintf(uid, sizeof(uid), "event-%d@x", i);
                put_event_of(f, uid, "DTSTART:20270201T100000Z\r\n");
        }
        look_at_all(f, moment("2027-01-20T11:00:00Z"));
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        const DueWork work = { f->store, f->config, 0, moment(when) };
        assert_int_equal(due_contact_source.process(&work), 0);
        assert_int_equal(contact_due_count(f->store, 2, &n), 0);
        assert_int_equal(n, 1);
        put_card(f, "guest", "EMAIL:guest@example.org\r\nTZ:Asia/Tashkent\r\n");
        look_at_contacts(f, when);
        assert_int_equal(contact_due_count(f->store, 2, &n), 0);
        assert_int_equal(n, 0);
        assert_int_equal(ledger_counts(f->store, counts), 0);
        assert_int_equal(counts[MAIL_PENDING], EVENTS);
}

/* After an import of many cards each event is processed once, not once per card. */
static void test_due_contact__many_contacts_are_derived_by_event(void **state)
{
        Fixture *f = *state;
        usec_t next = 0;
        put_event(f, "DTSTART:20270201T100000Z\r\n");
        look(f, "2027-01-20T11:00:00Z", LONG_AGO);
        put_guests(f, 201, "-P1D");
        assert_next(f, "never");
        look_at_contacts(f, "2027-01-20T12:00:00Z");
        assert_int_equal(due_index_next(f->store, &next), 0);
        assert_int_equal(next, 0);
}

/* ---- Notices ---- */

static int on_row(const MailRecord *mail, void *userdata)
{
        char why[256];
        mail_reason_write(mail->reason, mail->reply, why, sizeof(why));
        buffer_printf(userdata, "%s %s|%s|%s|%s %s%s%s\n", mail->kind, mail->recurrence_id, mail->start,
                        mail->finish, mail->place, mail_state_name(mail->state), why[0] ? " " : "", why);
        return 0;
}

static void assert_rows(Fixture *f, const char *expected)
{
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        assert_int_equal(ledger_each(f->store, 0, false, 1000, on_row, &found), 0);
        assert_string_equal(buffer_text(&found), expected);
}

/* Delivers all open mails. */
static void deliver(Fixture *f, const char *when)
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

static void remind(Fixture *f)
{
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_event(f, ONE HALL);
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        deliver(f, "2027-01-31T10:00:00Z");
        assert_rows(f, TOLD);
}

/*
 * Commits a digest with the event's current state. @as_of: number of the change that it was composed from.
 */
static int64_t digest_goes(Fixture *f, const char *key, const char *start, const char *finish,
                const char *place, int64_t as_of)
{
        int64_t id = 0;
        MailState found;
        bool added = false;
        MailRecord mail = {
                .kind = "agenda",
                .contact = f->contact,
                .uid = "",
                .recurrence_id = "",
                .start = "",
                .rule = "DAILY@18:00",
                .state = MAIL_PENDING,
                .expires = f->now,
                .next_attempt = f->now,
                .message_id = "",
                .token = key,
        };
        snprintf(mail.key, sizeof(mail.key), "%s", key);
        assert_int_equal(ledger_add(f->store, &mail, f->now, &added), 0);
        assert_int_equal(ledger_find(f->store, key, &id, &found), 0);
        MailTold told = { id_of(f, "e@x"), "e@x", "", start, finish, place, moment("2027-02-01T11:00:00Z") };
        MailText text = { .message_id = key, .bytes = "x", .len = 1, .told = &told, .n_told = 1 };
        text.as_of = as_of;
        assert_int_equal(ledger_commit_first_attempt(f->store, id, &text, f->now), 0);
        return id;
}

static void assert_states(Fixture *f, MailState state, int expected)
{
        int64_t counts[MAIL_PARKED + 1];
        assert_int_equal(ledger_counts(f->store, counts), 0);
        assert_int_equal(counts[state], expected);
}

/* Processes the event that is due at @when, and calls @between after the index was read. */
static void look_and(Fixture *f, const char *when, void (*between)(Fixture *f))
{
        usec_t now;
        DueEntry due = { .object = 0 };
        assert_int_equal(time_parse_rfc3339(when, &now), 0);
        assert_int_equal(due_index_each(f->store, now, 1, on_due, &due), 0);
        assert_true(due.object > 0);
        between(f);
        assert_int_equal(due_process(f->store, f->config, due.object, 0, now), 0);
}

static void look_until_done(Fixture *f, const char *when)
{
        usec_t now;
        assert_int_equal(time_parse_rfc3339(when, &now), 0);
        look_at_all(f, now);
}

static void nothing(Fixture *f)
{
        (void)f;
}

static void move_to_the_yard(Fixture *f)
{
        put_event(f, ONE "LOCATION:Yard\r\n");
}

static void delete_event(Fixture *f)
{
        assert_int_equal(object_delete_found(f->store, "e@x", f->now), 0);
}

static int on_change_count(const MailRecord *mail, void *userdata)
{
        int *n = userdata;
        *n += strcmp(mail->kind, "change") == 0 && strcmp(mail->place, "Yard") == 0;
        return 0;
}

static void test_due_process__missed_reminders_are_added_with_a_reason(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        put_event(f, ONE "RRULE:FREQ=DAILY;COUNT=5\r\n");
        look_and(f, "2027-01-20T10:00:00Z", nothing);
        look_and(f, "2027-02-01T08:00:00Z", nothing);
        deliver(f, "2027-02-01T08:00:00Z");
        /* The daemon was down for two of the days and runs again before the fourth. */
        look_and(f, "2027-02-04T09:00:00Z", nothing);
        assert_rows(f, "reminder 20270201T100000Z|20270201T100000Z|20270201T110000Z| SENT 250\n"
                       "reminder 20270202T100000Z|20270202T100000Z|20270202T110000Z| EXPIRED "
                       "it had become pointless before the mail could go\n"
                       "reminder 20270203T100000Z|20270203T100000Z|20270203T110000Z| EXPIRED "
                       "it had become pointless before the mail could go\n"
                       "reminder 20270204T100000Z|20270204T100000Z|20270204T110000Z| PENDING\n");
        /* A contact that is listed only now missed no reminder. */
        put_card(f, "late", "EMAIL:late@example.org\r\n");
        assert_int_equal(subscription_put(f->store, id_of(f, "late"), SUBSCRIBE_ALL, "", "-PT2H",
                                         moment("2027-02-05T11:30:00Z")),
                        0);
        look_and(f, "2027-02-05T11:30:00Z", nothing);
        assert_states(f, MAIL_EXPIRED, 3);
}

/* The office edits the event before the daemon is started again. */
static void test_due_process__an_edit_after_an_outage_keeps_missed_reminders(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        put_event(f, ONE "SUMMARY:Draft\r\n");
        look_and(f, "2027-01-20T10:00:00Z", nothing);
        f->now = moment("2027-02-01T12:00:00Z");
        put_event(f, ONE "SUMMARY:Held\r\n");
        look_and(f, "2027-02-01T12:10:00Z", nothing);
        assert_rows(f, "reminder |20270201T100000Z|20270201T110000Z| EXPIRED "
                       "it had become pointless before the mail could go\n");
        /* No reminder was missed for times that the store did not have then. */
        put_event(f, "DTSTART:20270201T090000Z\r\nDTEND:20270201T093000Z\r\n");
        look_until_done(f, "2027-02-01T12:20:00Z");
        assert_states(f, MAIL_EXPIRED, 1);
}

static void test_due_process__an_edit_during_a_fan_out_reaches_every_contact(void **state)
{
        Fixture *f = *state;
        enum { GUESTS = 250 };
        int n_told = 0;
        put_event(f, ONE HALL);
        put_guests(f, GUESTS, "-P1D");
        look_and(f, "2027-01-31T10:00:00Z", nothing);
        deliver(f, "2027-01-31T10:00:00Z");
        look_and(f, "2027-01-31T10:00:01Z", move_to_the_yard);
        look_until_done(f, "2027-01-31T10:00:02Z");
        deliver(f, "2027-01-31T10:00:03Z");
        assert_int_equal(ledger_each(f->store, 0, false, 1000, on_change_count, &n_told), 0);
        assert_int_equal(n_told, 100); /* the first batch; others only get the new location */
}

static void test_due_process__an_event_that_is_deleted_during_a_fan_out_is_gone(void **state)
{
        Fixture *f = *state;
        usec_t next;
        put_event(f, ONE HALL);
        put_guests(f, 250, "-P1D");
        look_and(f, "2027-01-31T10:00:00Z", nothing);
        look_and(f, "2027-01-31T10:00:01Z", delete_event);
        assert_int_equal(due_index_next(f->store, &next), 0);
        assert_true(next == USEC_INFINITY);
}

static void test_due_process__an_edit_of_the_text_causes_no_notice(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, ONE HALL "SUMMARY:Another name\r\n");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_rows(f, TOLD);
}

static void test_due_process__a_move_causes_one_notice(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, LATER HALL);
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        look(f, "2027-01-31T11:01:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270203T100000Z|20270203T110000Z|Hall PENDING\n");
        deliver(f, "2027-01-31T11:02:00Z");
        look(f, "2027-01-31T11:03:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270203T100000Z|20270203T110000Z|Hall SENT 250\n");
        /* The reminder of the new date is due at its own time. */
        look(f, "2027-02-02T10:00:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270203T100000Z|20270203T110000Z|Hall SENT 250\n"
                            "reminder |20270203T100000Z|20270203T110000Z|Hall PENDING\n");
}

static void test_due_process__a_move_back_before_the_mail_was_sent_causes_no_notice(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, LATER HALL);
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        put_event(f, ONE HALL);
        look(f, "2027-01-31T11:01:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270203T100000Z|20270203T110000Z|Hall PENDING\n");
}

static void test_due_process__each_move_causes_a_notice_also_a_move_back(void **state)
{
        Fixture *f = *state;
        remind(f);
        for (int i = 0; i < 3; i++) {
                put_event(f, i % 2 ? ONE "LOCATION:Hall\r\n" : LATER "LOCATION:Hall\r\n");
                look(f, "2027-01-31T11:00:00Z", HORIZON);
                deliver(f, "2027-01-31T11:00:00Z");
        }
        assert_rows(f, TOLD "change |20270203T100000Z|20270203T110000Z|Hall SENT 250\n"
                            "change |20270201T100000Z|20270201T110000Z|Hall SENT 250\n"
                            "change |20270203T100000Z|20270203T110000Z|Hall SENT 250\n");
}

static void test_due_process__a_change_after_a_digest_causes_a_notice(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT1M");
        put_event(f, ONE HALL);
        int64_t id = digest_goes(f, "a", "20270201T100000Z", "20270201T110000Z", "Hall", 1);
        assert_int_equal(ledger_close(f->store, id, MAIL_SENT, MAIL_REASON_NONE, "250", f->now), 0);
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        assert_states(f, MAIL_PENDING, 0);
        put_event(f, ONE "LOCATION:Yard\r\n");
        look(f, "2027-01-31T10:01:00Z", HORIZON);
        look(f, "2027-01-31T10:02:00Z", HORIZON);
        assert_rows(f, "agenda ||| SENT 250\n"
                       "change |20270201T100000Z|20270201T110000Z|Yard PENDING\n");
}

/* Neither a deferred nor a rejected mail counts as told. */
static void test_due_process__a_digest_that_was_not_sent_causes_no_notice(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT1M");
        put_event(f, ONE HALL);
        int64_t id = digest_goes(f, "a", "20270201T100000Z", "20270201T110000Z", "Hall", 1);
        assert_int_equal(ledger_defer(f->store, id, f->now + 1, "451", f->now), 0);
        id = digest_goes(f, "b", "20270201T100000Z", "20270201T110000Z", "Hall", 1);
        assert_int_equal(ledger_close(f->store, id, MAIL_FAILED, MAIL_REASON_NONE, "550", f->now), 0);
        put_event(f, ONE "LOCATION:Yard\r\n");
        look(f, "2027-01-31T10:01:00Z", HORIZON);
        assert_rows(f, "agenda ||| PENDING 451\nagenda ||| FAILED 550\n");
        id = digest_goes(f, "c", "20270201T100000Z", "20270201T110000Z", "Hall", 1);
        assert_int_equal(ledger_retry(f->store, id, MAIL_UNKNOWN, f->now + 1, "", f->now), 0);
        look(f, "2027-01-31T10:02:00Z", HORIZON);
        assert_rows(f, "agenda ||| PENDING 451\nagenda ||| FAILED 550\nagenda ||| UNKNOWN\n"
                       "change |20270201T100000Z|20270201T110000Z|Yard PENDING\n");
}

/* A delayed mail has an older row than a mail that told an older state. */
static void test_due_process__compares_with_the_newest_bytes(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT1M");
        put_event(f, ONE HALL);
        int64_t first = digest_goes(f, "a", "20270201T100000Z", "20270201T110000Z", "Yard", 9);
        int64_t second = digest_goes(f, "b", "20270201T100000Z", "20270201T110000Z", "Hall", 8);
        assert_true(first < second);
        assert_int_equal(ledger_close(f->store, first, MAIL_SENT, MAIL_REASON_NONE, "250", f->now), 0);
        assert_int_equal(ledger_close(f->store, second, MAIL_SENT, MAIL_REASON_NONE, "250", f->now), 0);
        look(f, "2027-01-31T10:01:00Z", HORIZON);
        assert_rows(f, "agenda ||| SENT 250\nagenda ||| SENT 250\n"
                       "change |20270201T100000Z|20270201T110000Z|Hall PENDING\n");
}

static void test_due_process__a_change_of_place_causes_a_notice(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, ONE "LOCATION:Yard\r\n");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270201T100000Z|20270201T110000Z|Yard PENDING\n");
}

/* A change that no reader can see causes neither a notice nor a second reminder. */
static void test_due_process__what_looks_the_same_causes_no_notice(void **state)
{
        enum { QUIET, TOLD_ANEW };
        static const struct {
                int line;
                const char *before, *after;
                int expected;
        } rows[] = {
                { __LINE__, ONE HALL, ONE "LOCATION: HALL \r\n", QUIET },
                { __LINE__, ONE "LOCATION:Зал 1\r\n", ONE "LOCATION:зал\\n 1\r\n", QUIET },
                { __LINE__, ONE "LOCATION:Зал 1\r\n", ONE "LOCATION:Зал 11\r\n", TOLD_ANEW },
                { __LINE__, ONE "LOCATION:Зал 1\r\n", ONE "LOCATION:Зал1\r\n", TOLD_ANEW },
                { __LINE__, ONE, ONE HALL, TOLD_ANEW },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"),
                                IN("Europe/Simferopol", "T130000", "T140000"), QUIET },
                { __LINE__, ONE, IN("Europe/Moscow", "T130000", "T140000"), QUIET },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"), ONE, QUIET },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"),
                                IN("Asia/Yekaterinburg", "T150000", "T160000"), TOLD_ANEW },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"),
                                IN("Asia/Yekaterinburg", "T130000", "T140000"), TOLD_ANEW },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"),
                                "DTSTART;TZID=Europe/Moscow:20270201T130000\r\nDURATION:PT1H\r\n", QUIET },
                { __LINE__, IN("Europe/Moscow", "T130000", "T140000"),
                                IN("Europe/Simferopol", "T130000", "T150000"), TOLD_ANEW },
                { __LINE__, DAYS, DAYS "X-CONVENED-TZID:Asia/Tokyo\r\n", QUIET },
                { __LINE__, DAYS, IN("Europe/Moscow", "T000000", "T235959"), TOLD_ANEW },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                int64_t counts[MAIL_PARKED + 1];
                Fixture *f = *state;
                subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
                put_event(f, rows[i].before);
                look(f, "2027-01-31T22:00:00Z", HORIZON);
                deliver(f, "2027-01-31T22:00:00Z");
                put_event(f, rows[i].after);
                look(f, "2027-01-31T23:00:00Z", HORIZON);
                assert_int_equal(ledger_counts(f->store, counts), 0);
                if (counts[MAIL_PENDING] != (rows[i].expected == TOLD_ANEW))
                        fail_msg("line %d: %d open mails", rows[i].line, (int)counts[MAIL_PENDING]);
                tear_down(state);
                set_up(state);
        }
}

static void test_due_process__a_cancellation_and_its_end_cause_notices(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, ONE HALL "STATUS:CANCELLED\r\n");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        deliver(f, "2027-01-31T11:00:00Z");
        look(f, "2027-01-31T11:30:00Z", HORIZON);
        put_event(f, ONE HALL);
        look(f, "2027-01-31T12:00:00Z", HORIZON);
        assert_rows(f, TOLD "cancel |20270201T100000Z|20270201T110000Z|Hall SENT 250\n"
                            "change |20270201T100000Z|20270201T110000Z|Hall PENDING\n");
}

/* Sends a reminder of the event of 1 February on 25 January. */
static void remind_early(Fixture *f)
{
        subscribe(f, SUBSCRIBE_ALL, "", "-P7D");
        put_event(f, ONE HALL);
        look_until_done(f, "2027-01-25T10:00:00Z");
        deliver(f, "2027-01-25T10:00:00Z");
        assert_rows(f, TOLD);
}

static void edit(Fixture *f, const char *when, DueNotify notify, const char *lines)
{
        f->now = moment(when);
        f->notify = notify;
        put_event(f, lines);
        look_until_done(f, when);
}

/*
 * Delivers each due notice that is still correct, and closes the others. Returns the number of the former.
 */
static int deliver_notices(Fixture *f, const char *when)
{
        enum { NOTICES_MAX = 8 };
        int64_t ids[NOTICES_MAX];
        int n, n_sent = 0;
        assert_int_equal(ledger_due(f->store, moment(when), NOTICES_MAX, ids, &n), 0);
        for (int i = 0; i < n; i++) {
                CLEANUP(mail_record_freep) MailRecord *mail = NULL;
                CLEANUP(rebuilt_notice_done) RebuiltNotice rebuilt;
                MailText text = { .message_id = "x", .bytes = "x", .len = 1, .made = moment(when) };
                assert_int_equal(ledger_get(f->store, ids[i], &mail), 0);
                assert_int_equal(store_sequence(f->store, &text.as_of), 0);
                int r = notice_rebuild(f->store, f->config, mail, moment(when), &rebuilt);
                assert_true(r == 0 || r == STORE_E_NOT_FOUND);
                if (r == 0)
                        assert_int_equal(ledger_commit_first_attempt(f->store, ids[i], &text, moment(when)),
                                        0);
                assert_int_equal(ledger_close(f->store, ids[i], r == 0 ? MAIL_SENT : MAIL_CANCELLED,
                                                 MAIL_REASON_NONE, "", moment(when)),
                                0);
                n_sent += r == 0;
        }
        return n_sent;
}

#define SERIES ONE "RRULE:FREQ=DAILY;COUNT=5\r\n"

/* Sends the reminders of the first four days of a daily series, of 1 to 4 February, on 28 January. */
static void remind_of_series(Fixture *f)
{
        subscribe(f, SUBSCRIBE_ALL, "", "-P7D");
        put_event(f, SERIES);
        look_until_done(f, "2027-01-28T10:00:00Z");
        deliver(f, "2027-01-28T10:00:00Z");
        assert_states(f, MAIL_SENT, 4);
}

static int on_found_notice(const Notice *notice, void *userdata)
{
        char start[32];
        time_format_rfc3339(notice->before.start_usec, start);
        buffer_printf(userdata, "%d %d %s\n", notice->kind, notice->scope, start);
        return 0;
}

static void assert_notices(Fixture *f, const char *when, const char *expected)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        assert_int_equal(notice_each(f->store, f->config, record, f->contact, moment(when), on_found_notice,
                                         &found),
                        0);
        assert_string_equal(buffer_text(&found), expected);
}

static void test_notice_enter__a_lost_series_is_one_notice(void **state)
{
        Fixture *f = *state;
        remind_of_series(f);
        edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_SETTLED, SERIES "STATUS:CANCELLED\r\n");
        assert_notices(f, "2027-01-28T11:00:00Z", "3 2 2027-02-01T10:00:00Z\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T11:10:00Z"), 1);
        assert_notices(f, "2027-01-28T11:11:00Z", "");
        edit(f, "2027-01-28T12:00:00Z", DUE_NOTIFY_SETTLED, SERIES "STATUS:CANCELLED\r\n");
        look_until_done(f, "2027-02-03T12:00:00Z");
        assert_int_equal(deliver_notices(f, "2027-02-03T12:00:00Z"), 0);
}

/* The first occurrences end while the notice waits. It is the same notice then, and is still sent. */
static void test_notice_enter__a_lost_series_is_told_after_an_outage(void **state)
{
        Fixture *f = *state;
        remind_of_series(f);
        edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_SETTLED, SERIES "STATUS:CANCELLED\r\n");
        assert_int_equal(due_index_reset_all(f->store, moment("2027-02-03T08:00:00Z")), 0);
        look_until_done(f, "2027-02-03T08:00:00Z");
        assert_states(f, MAIL_PENDING, 1);
        assert_notices(f, "2027-02-03T08:00:00Z", "3 2 2027-02-03T10:00:00Z\n");
        assert_int_equal(deliver_notices(f, "2027-02-03T08:00:00Z"), 1);
        assert_notices(f, "2027-02-03T08:00:00Z", "");
}

/*
 * An occurrence that was cancelled alone and told is left out. The series notice covers one that still
 * waits.
 */
static void test_notice_enter__a_lost_series_includes_what_waits(void **state)
{
        for (int is_sent = 0; is_sent <= 1; is_sent++) {
                Fixture *f = *state;
                remind_of_series(f);
                edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_SETTLED, SERIES "EXDATE:20270201T100000Z\r\n");
                assert_notices(f, "2027-01-28T11:00:00Z", "3 1 2027-02-01T10:00:00Z\n");
                if (is_sent)
                        assert_int_equal(deliver_notices(f, "2027-01-28T11:10:00Z"), 1);
                edit(f, "2027-01-28T11:15:00Z", DUE_NOTIFY_SETTLED,
                                SERIES "EXDATE:20270201T100000Z\r\nSTATUS:CANCELLED\r\n");
                assert_notices(f, "2027-01-28T11:15:00Z",
                                is_sent ? "3 2 2027-02-02T10:00:00Z\n" : "3 2 2027-02-01T10:00:00Z\n");
                assert_int_equal(deliver_notices(f, "2027-01-28T11:25:00Z"), 1);
                assert_notices(f, "2027-01-28T11:26:00Z", "");
                tear_down(state);
                set_up(state);
        }
}

/*
 * One notice says that the series takes place after all. An occurrence that does not, or has moved, has a
 * notice of its own.
 */
static void test_notice_enter__a_lost_series_that_takes_place_is_one_notice(void **state)
{
        static const struct {
                const char *lines, *expected;
                int n;
        } cases[] = {
                { SERIES, "2 2 2027-02-01T10:00:00Z\n", 1 },
                { SERIES "EXDATE:20270202T100000Z\r\n",
                                "2 2 2027-02-01T10:00:00Z\n3 1 2027-02-02T10:00:00Z\n", 2 },
                { SERIES "EXDATE:20270201T100000Z\r\n",
                                "2 2 2027-02-02T10:00:00Z\n3 1 2027-02-01T10:00:00Z\n", 2 },
                { SERIES "LOCATION:Elsewhere\r\n",
                                "2 1 2027-02-01T10:00:00Z\n2 1 2027-02-02T10:00:00Z\n2 1 2027-02-03T10:00:00Z\n2 1 2027-02-04T10:00:00Z\n",
                                4 },
        };
        for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
                Fixture *f = *state;
                bool untold = i % 2;
                remind_of_series(f);
                edit(f, "2027-01-28T11:00:00Z", untold ? DUE_NOTIFY_NONE : DUE_NOTIFY_SETTLED,
                                SERIES "STATUS:CANCELLED\r\n");
                assert_int_equal(deliver_notices(f, "2027-01-28T11:10:00Z"), !untold);
                edit(f, "2027-01-28T12:00:00Z", DUE_NOTIFY_SETTLED, cases[i / 2].lines);
                assert_notices(f, "2027-01-28T12:00:00Z", cases[i / 2].expected);
                assert_int_equal(deliver_notices(f, "2027-01-28T12:10:00Z"), cases[i / 2].n);
                assert_notices(f, "2027-01-28T12:11:00Z", "");
                edit(f, "2027-01-28T13:00:00Z", DUE_NOTIFY_SETTLED, SERIES "STATUS:CANCELLED\r\n");
                assert_int_equal(deliver_notices(f, "2027-01-28T13:10:00Z"), 1);
                tear_down(state);
                set_up(state);
        }
}

/* An occurrence that was cancelled alone stays so if the series is cancelled and takes place after all. */
static void test_notice_enter__a_restored_series_leaves_what_was_cancelled_alone(void **state)
{
        Fixture *f = *state;
        remind_of_series(f);
        edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_NOW, SERIES "EXDATE:20270201T100000Z\r\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T11:00:00Z"), 1);
        edit(f, "2027-01-28T12:00:00Z", DUE_NOTIFY_NOW,
                        SERIES "EXDATE:20270201T100000Z\r\nSTATUS:CANCELLED\r\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T12:00:00Z"), 1);
        edit(f, "2027-01-28T13:00:00Z", DUE_NOTIFY_NOW, SERIES "EXDATE:20270201T100000Z\r\n");
        assert_notices(f, "2027-01-28T13:00:00Z", "2 2 2027-02-02T10:00:00Z\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T13:00:00Z"), 1);
        assert_notices(f, "2027-01-28T13:01:00Z", "");
        edit(f, "2027-01-28T14:00:00Z", DUE_NOTIFY_NOW, SERIES);
        assert_notices(f, "2027-01-28T14:00:00Z", "2 1 2027-02-01T10:00:00Z\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T14:00:00Z"), 1);
}

static void test_notice_enter__a_restored_series_may_be_undone_while_it_waits(void **state)
{
        Fixture *f = *state;
        remind_of_series(f);
        edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_NOW, SERIES "STATUS:CANCELLED\r\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T11:00:00Z"), 1);
        edit(f, "2027-01-28T12:00:00Z", DUE_NOTIFY_SETTLED, SERIES);
        edit(f, "2027-01-28T12:05:00Z", DUE_NOTIFY_SETTLED, SERIES "STATUS:CANCELLED\r\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T12:20:00Z"), 0);
        assert_notices(f, "2027-01-28T12:20:00Z", "");
}

/* A mail that may have arrived is not sent again after a later mail said something else. */
static void test_notice_told_otherwise__of_a_series(void **state)
{
        Fixture *f = *state;
        bool otherwise = true;
        CLEANUP(mail_record_freep) MailRecord *reminder = NULL, *cancellation = NULL;
        remind_of_series(f);
        assert_int_equal(ledger_get(f->store, 4, &reminder), 0);
        assert_int_equal(notice_told_otherwise(f->store, reminder, f->now, &otherwise), 0);
        assert_false(otherwise);
        edit(f, "2027-01-28T11:00:00Z", DUE_NOTIFY_NOW, SERIES "STATUS:CANCELLED\r\n");
        assert_int_equal(deliver_notices(f, "2027-01-28T11:00:00Z"), 1);
        assert_int_equal(notice_told_otherwise(f->store, reminder, f->now, &otherwise), 0);
        assert_true(otherwise);
        assert_int_equal(ledger_get(f->store, 5, &cancellation), 0);
        assert_int_equal(notice_told_otherwise(f->store, cancellation, f->now, &otherwise), 0);
        assert_false(otherwise);
        edit(f, "2027-01-28T12:00:00Z", DUE_NOTIFY_NOW, SERIES);
        assert_int_equal(deliver_notices(f, "2027-01-28T12:00:00Z"), 1);
        assert_int_equal(notice_told_otherwise(f->store, cancellation, f->now, &otherwise), 0);
        assert_true(otherwise);
}

#define YARD    "LOCATION:Yard\r\n"
#define ROOM    "LOCATION:Room\r\n"
#define NO_MAIL "the change was made with --notify=no\n"

static void test_notice_enter__waits_until_the_event_has_settled(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_SETTLED, ONE YARD);
        assert_rows(f, TOLD
                        "change |20270201T100000Z|20270201T110000Z|Yard PENDING waits for further changes of "
                        "the event\n");
        assert_int_equal(deliver_notices(f, "2027-01-26T10:04:59Z"), 0);
        edit(f, "2027-01-26T10:05:00Z", DUE_NOTIFY_SETTLED, ONE ROOM);
        assert_int_equal(deliver_notices(f, "2027-01-26T10:14:59Z"), 0);
        assert_int_equal(deliver_notices(f, "2027-01-26T10:15:00Z"), 1);
        assert_int_equal(deliver_notices(f, "2027-01-27T10:00:00Z"), 0);
}

/* Within a day of the event, as it was or as it is now, the reader must hear of the change at once. */
static void test_notice_enter__a_change_within_a_day_of_the_event_does_not_wait(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-31T10:00:00Z", DUE_NOTIFY_SETTLED, ONE YARD);
        assert_int_equal(deliver_notices(f, "2027-01-31T10:09:59Z"), 0);
        assert_int_equal(deliver_notices(f, "2027-01-31T10:10:00Z"), 1);
        edit(f, "2027-01-31T10:10:01Z", DUE_NOTIFY_SETTLED, ONE ROOM);
        assert_int_equal(deliver_notices(f, "2027-01-31T10:10:01Z"), 1);
}

static void test_notice_enter__a_move_to_within_a_day_does_not_wait(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-30T12:00:00Z", DUE_NOTIFY_SETTLED, TOMORROW HALL);
        assert_int_equal(deliver_notices(f, "2027-01-30T12:00:00Z"), 1);
}

static void test_notice_enter__a_change_that_was_undone_causes_none(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_SETTLED, ONE YARD);
        edit(f, "2027-01-26T10:09:00Z", DUE_NOTIFY_SETTLED, ONE HALL);
        assert_int_equal(deliver_notices(f, "2027-01-27T10:00:00Z"), 0);
        assert_states(f, MAIL_PENDING, 0);
}

/* The contact was off the list while the notice waited, and hears of the change when it is back. */
static void test_notice_enter__a_contact_that_is_listed_again_hears_of_the_change(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_SETTLED, ONE YARD);
        assert_int_equal(subscription_delete(f->store, f->contact, 0, ""), 0);
        assert_int_equal(ledger_close(f->store, 2, MAIL_SUPPRESSED, MAIL_REASON_NOT_LISTED, "",
                                         moment("2027-01-26T10:10:00Z")),
                        0);
        assert_int_equal(due_index_reset_all(f->store, moment("2027-01-26T11:00:00Z")), 0);
        look_until_done(f, "2027-01-26T11:00:00Z");
        assert_states(f, MAIL_PENDING, 0);
        subscribe(f, SUBSCRIBE_ALL, "", "-P7D");
        assert_int_equal(due_index_reset_all(f->store, moment("2027-01-26T12:00:00Z")), 0);
        look_until_done(f, "2027-01-26T12:00:00Z");
        assert_rows(f, TOLD "change |20270201T100000Z|20270201T110000Z|Yard PENDING\n");
        assert_int_equal(deliver_notices(f, "2027-01-26T12:00:00Z"), 1);
        look_until_done(f, "2027-01-26T13:00:00Z");
        assert_int_equal(deliver_notices(f, "2027-01-26T13:00:00Z"), 0);
}

static void test_notice_enter__goes_at_once_when_the_event_is_near(void **state)
{
        static const struct {
                int line;
                const char *when, *lines;
                DueNotify notify;
                int expected;
        } rows[] = {
                { __LINE__, "2027-01-31T09:59:59Z", ONE YARD, DUE_NOTIFY_SETTLED, 0 },
                { __LINE__, "2027-01-31T10:00:01Z", ONE YARD, DUE_NOTIFY_SETTLED, 1 },
                { __LINE__, "2027-01-31T10:00:01Z", LATER HALL, DUE_NOTIFY_SETTLED, 1 },
                { __LINE__, "2027-01-31T10:00:01Z", ONE HALL "STATUS:CANCELLED\r\n", DUE_NOTIFY_SETTLED, 1 },
                { __LINE__, "2027-01-30T10:00:00Z", TOMORROW HALL, DUE_NOTIFY_SETTLED, 1 },
                { __LINE__, "2027-01-26T10:00:00Z", ONE YARD, DUE_NOTIFY_NOW, 1 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                remind_early(f);
                edit(f, rows[i].when, rows[i].notify, rows[i].lines);
                int n = deliver_notices(f, rows[i].when);
                if (n != rows[i].expected)
                        fail_msg("line %d: %d notices", rows[i].line, n);
                tear_down(state);
                set_up(state);
        }
}

/* The same text again, with --notify=yes or no, applies to the notice that waits. */
static void test_notice_enter__a_waiting_notice_may_be_hastened_or_withdrawn(void **state)
{
        for (DueNotify notify = DUE_NOTIFY_NOW; notify <= DUE_NOTIFY_NONE; notify++) {
                Fixture *f = *state;
                ObjectOutcome outcome;
                CLEANUP(object_record_freep) ObjectRecord *record = NULL;
                CLEANUP(event_freep) Event *event = NULL;
                remind_early(f);
                edit(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_SETTLED, ONE YARD);
                assert_int_equal(object_find(f->store, "e@x", &record), 0);
                assert_int_equal(event_parse(f->zones, record->text, record->len, &event, NULL), 0);
                const ObjectPut put = { .collection = COLLECTION_EVENTS,
                        .anywhere = true,
                        .notify = notify,
                        .now = moment("2027-01-26T10:01:00Z") };
                assert_int_equal(object_put_event(f->store, event, &put, &outcome), 0);
                assert_int_equal(outcome, OBJECT_UNCHANGED);
                look_until_done(f, "2027-01-26T10:01:00Z");
                assert_int_equal(deliver_notices(f, "2027-01-26T10:01:00Z"), notify == DUE_NOTIFY_NOW);
                assert_int_equal(deliver_notices(f, "2027-01-27T10:00:00Z"), 0);
                event = event_free(event);
                tear_down(state);
                set_up(state);
        }
}

static void test_notice_enter__an_untold_change_counts_as_told(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-26T10:00:00Z", DUE_NOTIFY_SETTLED, ONE ROOM);
        edit(f, "2027-01-26T10:01:00Z", DUE_NOTIFY_NONE, ONE YARD);
        assert_rows(f, TOLD "change |20270201T100000Z|20270201T110000Z|Room CANCELLED " NO_MAIL
                            "change |20270201T100000Z|20270201T110000Z|Yard SUPPRESSED " NO_MAIL);
        look_until_done(f, "2027-01-26T12:00:00Z");
        assert_int_equal(deliver_notices(f, "2027-01-27T10:00:00Z"), 0);
        /* The next change is told, also a change back to what the reminder said. */
        edit(f, "2027-01-27T10:00:00Z", DUE_NOTIFY_SETTLED, ONE HALL);
        assert_int_equal(deliver_notices(f, "2027-01-27T10:10:00Z"), 1);
}

/* The next change is made before the engine has seen the one of which nobody is to hear. */
static void test_notice_count_as_told__holds_for_the_change_alone(void **state)
{
        static const struct {
                const char *next;
                int expected;
        } rows[] = { { ONE YARD "DESCRIPTION:Another text\r\n", 0 }, { ONE HALL, 1 } };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                CLEANUP(object_record_freep) ObjectRecord *record = NULL;
                remind_early(f);
                f->now = moment("2027-01-26T10:00:00Z");
                f->notify = DUE_NOTIFY_NONE;
                put_event(f, ONE YARD);
                assert_int_equal(object_find(f->store, "e@x", &record), 0);
                assert_int_equal(notice_count_as_told(f->store, f->config, record, f->now), 0);
                edit(f, "2027-01-26T10:00:01Z", DUE_NOTIFY_SETTLED, rows[i].next);
                assert_int_equal(deliver_notices(f, "2027-01-27T10:00:00Z"), rows[i].expected);
                tear_down(state);
                set_up(state);
        }
}

/* The reminder of the new date was due already, and must not go instead of the notice. */
static void test_notice_enter__an_untold_move_is_not_reminded_of(void **state)
{
        Fixture *f = *state;
        remind_early(f);
        edit(f, "2027-01-28T10:00:00Z", DUE_NOTIFY_NONE, LATER HALL);
        assert_int_equal(deliver_notices(f, "2027-02-03T09:00:00Z"), 0);
        assert_states(f, MAIL_SENT, 1);
}

/* Only contacts that the office has listed for a private or confidential event itself are told of it. */
static void test_due_process__what_is_private_needs_a_listing_of_its_own(void **state)
{
        static const struct {
                int line;
                const char *class;
                SubscriptionScope scope;
                const char *target;
                bool own;
                PublishAudience audience;
                int expected;
        } rows[] = {
                { __LINE__, "PUBLIC", SUBSCRIBE_ALL, "", false, PUBLISH_LISTED, 1 },
                { __LINE__, "PUBLIC", SUBSCRIBE_ALL, "", true, PUBLISH_PUBLIC, 1 },
                { __LINE__, "PUBLIC", SUBSCRIBE_EVENT, "e@x", false, PUBLISH_CONTACT, 1 },
                { __LINE__, "PRIVATE", SUBSCRIBE_ALL, "", false, PUBLISH_LISTED, 0 },
                { __LINE__, "PRIVATE", SUBSCRIBE_KIND, "session", false, PUBLISH_LISTED, 0 },
                { __LINE__, "PRIVATE", SUBSCRIBE_CALENDAR, "events", false, PUBLISH_LISTED, 0 },
                { __LINE__, "PRIVATE", SUBSCRIBE_EVENT, "e@x", true, PUBLISH_PUBLIC, 0 },
                { __LINE__, "PRIVATE", SUBSCRIBE_EVENT, "e@x", false, PUBLISH_CONTACT, 1 },
                { __LINE__, "CONFIDENTIAL", SUBSCRIBE_ALL, "", false, PUBLISH_LISTED, 0 },
                { __LINE__, "CONFIDENTIAL", SUBSCRIBE_EVENT, "e@x", false, PUBLISH_CONTACT, 1 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                char lines[256];
                PublishAudience audience = PUBLISH_PUBLIC;
                int (*put)(Store *, int64_t, SubscriptionScope, const char *, const char *, usec_t) =
                                rows[i].own ? subscription_put_own : subscription_put;
                assert_int_equal(
                                put(f->store, f->contact, rows[i].scope, rows[i].target, "-P1D", f->now), 0);
                snprintf(lines, sizeof(lines), ONE HALL "CLASS:%s\r\n", rows[i].class);
                put_event(f, lines);
                look(f, "2027-01-31T10:00:00Z", HORIZON);
                assert_states(f, MAIL_PENDING, rows[i].expected);
                assert_int_equal(audience_of(f->store, f->contact, id_of(f, "e@x"), &audience), 0);
                if (audience != rows[i].audience)
                        fail_msg("line %d: audience %d", rows[i].line, (int)audience);
                tear_down(state);
                set_up(state);
        }
}

/* One instance of a public series is private. */
static void test_due_process__a_private_instance_needs_a_listing_of_its_own(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_KIND, "session", "-P2D");
        put_event(f, ONE "RRULE:FREQ=DAILY;COUNT=5\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:e@x\r\n"
                         "DTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:20270202T100000Z\r\n"
                         "DTSTART:20270202T100000Z\r\nDTEND:20270202T110000Z\r\nCLASS:PRIVATE\r\n");
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        assert_rows(f, "reminder 20270201T100000Z|20270201T100000Z|20270201T110000Z| PENDING\n");
}

static void test_due_process__a_series_in_a_renamed_zone_causes_no_notice(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-P2D");
        put_event(f, IN("Europe/Moscow", "T130000", "T140000") "RRULE:FREQ=DAILY;COUNT=5\r\n");
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        deliver(f, "2027-01-31T10:00:00Z");
        assert_states(f, MAIL_SENT, 2);
        put_event(f, IN("Europe/Simferopol", "T130000", "T140000") "RRULE:FREQ=DAILY;COUNT=5\r\n");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_states(f, MAIL_PENDING, 0);
}

static void test_due_process__a_changed_occurrence_causes_one_notice(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-P2D");
        put_event(f, ONE "RRULE:FREQ=DAILY;COUNT=5\r\n");
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        deliver(f, "2027-01-31T10:00:00Z");
        assert_rows(f, "reminder 20270201T100000Z|20270201T100000Z|20270201T110000Z| SENT 250\n"
                       "reminder 20270202T100000Z|20270202T100000Z|20270202T110000Z| SENT 250\n");
        put_event(f, ONE "RRULE:FREQ=DAILY;COUNT=5\r\nEXDATE:20270202T100000Z\r\n");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_rows(f, "reminder 20270201T100000Z|20270201T100000Z|20270201T110000Z| SENT 250\n"
                       "reminder 20270202T100000Z|20270202T100000Z|20270202T110000Z| SENT 250\n"
                       "cancel 20270202T100000Z|20270202T100000Z|20270202T110000Z| PENDING\n");
}

static void test_due_process__a_contact_that_was_not_told_gets_no_notice(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_event(f, ONE HALL);
        look(f, "2027-01-30T10:00:00Z", HORIZON);
        put_event(f, LATER HALL);
        look(f, "2027-01-30T11:00:00Z", HORIZON);
        assert_rows(f, "");
}

static void test_due_process__a_notice_replaces_earlier_reminders(void **state)
{
        Fixture *f = *state;
        remind(f);
        put_event(f, "DTSTART:20270201T080000Z\r\nDTEND:20270201T090000Z\r\n" HALL);
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_rows(f, TOLD "change |20270201T080000Z|20270201T090000Z|Hall PENDING\n"
                            "reminder |20270201T080000Z|20270201T090000Z|Hall EXPIRED told by the notice of "
                            "the change\n");
}

static void test_due_process__late_reminders_may_be_skipped(void **state)
{
        Fixture *f = *state;
        f->config->mail.late = "skip";
        assert_int_equal(time_parse_rfc3339("2027-01-31T12:00:00Z", &f->now), 0);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D,-PT2H");
        put_event(f, ONE HALL);
        look(f, "2027-01-31T12:00:00Z", HORIZON);
        look(f, "2027-02-01T08:00:00Z", HORIZON);
        assert_ledger(f, "-P1D EXPIRED event or subscription came after this moment, and mail.late is skip\n"
                         "-PT2H PENDING\n");
}

static void test_due_process__a_subscriber_from_a_fast_clock_is_not_late(void **state)
{
        Fixture *f = *state;
        f->config->mail.late = "skip";
        assert_int_equal(time_parse_rfc3339("2027-02-01T09:30:00Z", &f->now), 0);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D,-PT2H");
        put_event(f, ONE HALL);
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        assert_ledger(f, "-P1D PENDING\n");
}

static int on_missed(const MailRecord *mail, void *userdata)
{
        buffer_printf(userdata, "%s\n", mail->start);
        return 0;
}

static void assert_missed(Fixture *f, const char *when, const char *expected)
{
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        usec_t now;
        assert_int_equal(time_parse_rfc3339(when, &now), 0);
        assert_int_equal(ledger_parked_each(f->store, f->contact, now, on_missed, &found), 0);
        assert_string_equal(buffer_text(&found), expected);
}

static void test_ledger_parked_each__the_next_mail_repeats_parked_mails(void **state)
{
        Fixture *f = *state;
        int64_t first, second;
        int n;
        usec_t now;
        assert_int_equal(time_parse_rfc3339("2027-01-31T10:00:00Z", &now), 0);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D,-PT2H");
        put_event(f, ONE HALL);
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        assert_int_equal(ledger_due(f->store, now, 1, &first, &n), 0);
        MailText text = { .message_id = "1@example.org", .bytes = "x", .len = 1, .made = now };
        assert_int_equal(ledger_commit_first_attempt(f->store, first, &text, now), 0);
        assert_int_equal(ledger_close(f->store, first, MAIL_PARKED, MAIL_REASON_NONE, "", now), 0);
        assert_missed(f, "2027-01-31T10:00:00Z", "20270201T100000Z\n");
        look(f, "2027-02-01T08:00:00Z", HORIZON);
        assert_int_equal(time_parse_rfc3339("2027-02-01T08:00:00Z", &now), 0);
        assert_int_equal(ledger_due(f->store, now, 1, &second, &n), 0);
        assert_int_equal(n, 1);
        text = (MailText){ .message_id = "2@example.org",
                .bytes = "x",
                .len = 1,
                .made = now,
                .repeated = &first,
                .n_repeated = 1 };
        assert_int_equal(ledger_commit_first_attempt(f->store, second, &text, now), 0);
        assert_missed(f, "2027-02-01T08:00:00Z", "");
        /* A deferred mail counts as not told; the next attempt tells it. */
        assert_int_equal(ledger_defer(f->store, second, now, "451", now), 0);
        assert_missed(f, "2027-02-01T08:00:00Z", "20270201T100000Z\n");
        text.replaces = true;
        assert_int_equal(ledger_commit_first_attempt(f->store, second, &text, now), 0);
        assert_missed(f, "2027-02-01T08:00:00Z", "");
        /* A failed mail counts as not told. */
        assert_int_equal(ledger_close(f->store, second, MAIL_FAILED, MAIL_REASON_NONE, "550", now), 0);
        assert_missed(f, "2027-02-01T08:00:00Z", "20270201T100000Z\n");
        assert_missed(f, "2027-02-01T11:00:00Z", "");
}

/* ---- Digests and quiet hours ---- */

static void look_at_digests(Fixture *f, const char *when)
{
        bool more = true;
        while (more)
                assert_int_equal(digest_process(f->store, f->config, moment(when), &more), 0);
}

static void wish(Fixture *f, const char *lines)
{
        char text[256];
        snprintf(text, sizeof(text), "EMAIL:guest@example.org\r\n%s", lines);
        put_card(f, "guest", text);
}

static void test_digest_moment_after__follows_the_clock_over_its_changes(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                const char *wish, *zone, *after, *expected;
        } rows[] = {
                { __LINE__, "DAILY@08:00", "Europe/Moscow", "2027-01-01T04:59:59Z", "2027-01-01T05:00:00Z" },
                { __LINE__, "DAILY@08:00", "Europe/Moscow", "2027-01-01T05:00:00Z", "2027-01-02T05:00:00Z" },
                { __LINE__, "DAILY@08:00", "Europe/Berlin", "2027-03-27T07:00:00Z", "2027-03-28T06:00:00Z" },
                { __LINE__, "DAILY@02:30", "Europe/Berlin", "2027-03-28T00:00:00Z", "2027-03-28T01:30:00Z" },
                { __LINE__, "DAILY@00:00", "Pacific/Auckland", "2027-01-01T12:00:00Z",
                                "2027-01-02T11:00:00Z" },
                { __LINE__, "WEEKLY-MO@07:00", "Europe/Moscow", "2027-01-01T00:00:00Z",
                                "2027-01-04T04:00:00Z" },
                { __LINE__, "WEEKLY-FR@07:00", "Europe/Moscow", "2027-01-01T03:00:00Z",
                                "2027-01-01T04:00:00Z" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                DigestWish parsed;
                const Zone *zone;
                char text[21];
                assert_int_equal(digest_parse(rows[i].wish, &parsed), 0);
                assert_int_equal(zone_table_get(f->zones, rows[i].zone, &zone), 0);
                time_format_rfc3339(digest_moment_after(&parsed, zone, moment(rows[i].after)), text);
                if (strcmp(text, rows[i].expected) != 0)
                        fail_msg("row of line %d gives %s", rows[i].line, text);
        }
}

#define AFTER_THE_OUTAGE                                                                                    \
        "agenda |20270111T080000 Europe/Moscow|| PENDING\n"                                                 \
        "agenda |20270112T080000 Europe/Moscow|| EXPIRED overtaken by a later agenda\n"                     \
        "agenda |20270113T080000 Europe/Moscow|| EXPIRED overtaken by a later agenda\n"                     \
        "agenda |20270114T080000 Europe/Moscow|| PENDING\n"

static void test_digest_process__one_mail_for_each_moment_and_the_last_after_an_outage(void **state)
{
        Fixture *f = *state;
        wish(f, "X-CONVENED-DIGEST:DAILY@08:00\r\n");
        look_at_digests(f, "2027-01-10T12:00:00Z");
        assert_rows(f, "");
        look_at_digests(f, "2027-01-11T05:00:00Z");
        look_at_digests(f, "2027-01-11T05:00:01Z");
        assert_rows(f, "agenda |20270111T080000 Europe/Moscow|| PENDING\n");
        /*
         * A new note in the card changes nothing. After an outage of three days only the last digest is
         * sent.
         */
        wish(f, "X-CONVENED-DIGEST:DAILY@08:00\r\nNOTE:x\r\n");
        look_at_digests(f, "2027-01-14T06:00:00Z");
        assert_rows(f, AFTER_THE_OUTAGE);
        /* A new digest time applies from its next occurrence. */
        wish(f, "X-CONVENED-DIGEST:WEEKLY-FR@10:00\r\n");
        look_at_digests(f, "2027-01-14T06:10:00Z");
        look_at_digests(f, "2027-01-15T07:00:00Z");
        wish(f, "");
        look_at_digests(f, "2027-02-15T07:00:00Z");
        assert_rows(f, AFTER_THE_OUTAGE "agenda |20270115T100000 Europe/Moscow|| PENDING\n");
}

static void build_digest(Fixture *f, const char *at, const char *expected)
{
        CLEANUP(digest_done) Digest digest = { .n_sources = 0 };
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
        assert_int_equal(object_find(f->store, "guest", &record), 0);
        assert_int_equal(card_parse(record->text, record->len, &card, NULL), 0);
        assert_int_equal(
                        digest_build(f->store, f->config, f->contact, card, moment(at), moment(at), &digest),
                        0);
        for (size_t i = 0; i < digest.text.n; i++) {
                char start[21];
                time_format_rfc3339(digest.text.entries[i].item.occurrence->start_usec, start);
                buffer_printf(&found, "%s\n", start);
        }
        assert_string_equal(buffer_text(&found), expected);
}

static void test_digest_build__has_all_listed_events_of_its_days(void **state)
{
        Fixture *f = *state;
        wish(f, "X-CONVENED-DIGEST:DAILY@08:00\r\n");
        put_event(f, "DTSTART:20270201T100000Z\r\nDTEND:20270201T110000Z\r\nRRULE:FREQ=DAILY;COUNT=5\r\n"
                     "EXDATE:20270202T100000Z\r\n");
        build_digest(f, "2027-02-01T05:00:00Z", "");
        subscribe(f, SUBSCRIBE_KIND, "session", "");
        build_digest(f, "2027-02-01T05:00:00Z", "2027-02-01T10:00:00Z\n");
        build_digest(f, "2027-02-03T10:30:00Z", "2027-02-03T10:00:00Z\n2027-02-04T10:00:00Z\n");
        wish(f, "X-CONVENED-DIGEST:WEEKLY-MO@08:00\r\n");
        build_digest(f, "2027-01-31T05:00:00Z",
                        "2027-02-01T10:00:00Z\n2027-02-03T10:00:00Z\n2027-02-04T10:00:00Z\n2027-02-05T10:00:"
                        "00Z\n");
        assert_int_equal(mute_put(f->store, f->contact, "e@x", f->now), 0);
        build_digest(f, "2027-01-31T05:00:00Z", "");
}

/* Wraps SQLite's step: number `fail_at` fails, all others succeed. */
static int n_steps, fail_at;

int sqlite3_step(sqlite3_stmt *statement)
{
        int (*step)(sqlite3_stmt *) = (int (*)(sqlite3_stmt *))dlsym(RTLD_NEXT, "sqlite3_step");
        return ++n_steps == fail_at ? SQLITE_CORRUPT : step(statement);
}

/* Builds a digest on a separate connection, which a fault may close. Return: as digest_build(). */
static int build_with_fault(Fixture *f, const Card *card, int at, size_t *ret_n)
{
        CLEANUP(digest_done) Digest digest = { .n_sources = 0 };
        CLEANUP(store_closep) Store *store = NULL;
        usec_t now = moment("2027-02-01T05:00:00Z");
        assert_int_equal(store_open(f->database, STORE_READ_ONLY, f->zones, &store, NULL), 0);
        n_steps = 0;
        fail_at = at;
        int r = digest_build(store, f->config, f->contact, card, now, now, &digest);
        fail_at = 0;
        *ret_n = digest.text.n;
        return r;
}

/* ---- Parts ---- */

#define WHOLE "DTSTART;VALUE=DATE:20270201\r\nDTEND;VALUE=DATE:20270203\r\nSUMMARY:Forum\r\n"
#define PART(day, hour)                                                                                     \
        "DTSTART:202702" day "T" hour "0000Z\r\nDURATION:PT1H\r\nRELATED-TO:e@x\r\nSUMMARY:Part\r\n"

static void put_forum(Fixture *f)
{
        put_event(f, WHOLE);
        put_event_of(f, "late@x", PART("02", "14"));
        put_event_of(f, "early@x", PART("01", "06"));
        put_event_of(f, "outside@x", PART("05", "06"));
        put_event_of(f, "secret@x", PART("01", "08") "CLASS:PRIVATE\r\n");
        put_event_of(f, "other@x", "DTSTART:20270201T070000Z\r\nDURATION:PT1H\r\nRELATED-TO:else@x\r\n");
}

static void assert_parts(Fixture *f, const char *now, const char *expected)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL, *contact = NULL;
        CLEANUP(event_freep) Event *event = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(digest_done) Digest parts = { .n_sources = 0 };
        CLEANUP(buffer_done) Buffer found = BUFFER_INIT(4096);
        Occurrence occurrence = { .component = 0 };
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        assert_int_equal(object_find(f->store, "guest", &contact), 0);
        assert_int_equal(event_parse(f->zones, record->text, record->len, &event, NULL), 0);
        assert_int_equal(card_parse(contact->text, contact->len, &card, NULL), 0);
        occurrence.start_usec = record->start;
        occurrence.end_usec = record->end;
        const EventItem whole = { event, record, &occurrence, PUBLISH_LISTED };
        assert_int_equal(
                        digest_parts(f->store, f->config, f->contact, card, &whole, moment(now), &parts), 0);
        for (size_t i = 0; i < parts.text.n; i++)
                buffer_printf(&found, "%s ", parts.text.entries[i].item.record->uid);
        assert_string_equal(buffer_text(&found), expected);
}

static void test_digest_parts__lists_what_lies_within_the_whole(void **state)
{
        Fixture *f = *state;
        put_forum(f);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        assert_parts(f, "2027-01-31T00:00:00Z", "early@x late@x ");
        assert_parts(f, "2027-02-01T12:00:00Z", "late@x ");
        assert_int_equal(mute_put(f->store, f->contact, "early@x", f->now), 0);
        assert_parts(f, "2027-01-31T00:00:00Z", "late@x ");
        subscribe(f, SUBSCRIBE_EVENT, "secret@x", "-P1D");
        assert_parts(f, "2027-01-31T00:00:00Z", "secret@x late@x ");
}

/* Finds whether the whole's mails stand for the reminder of a part. -1: no whole can stand for it. */
static int says(Fixture *f, const char *uid, const char *start, const char *now)
{
        CLEANUP(object_record_freep) ObjectRecord *part = NULL, *whole = NULL;
        WholeSays says = WHOLE_SAYS_NOTHING;
        MailRecord mail = {
                .contact = f->contact, .uid = uid, .recurrence_id = "", .start = start, .due = moment(now)
        };
        assert_int_equal(object_find(f->store, uid, &part), 0);
        assert_int_equal(whole_find(f->store, part, f->contact, &whole), 0);
        if (!whole)
                return -1;
        assert_int_equal(whole_says(f->store, whole, &mail, moment(now), &says), 0);
        return (int)says;
}

#define EVE "2027-01-31T15:00:00Z"

static void test_whole_says__a_part_that_was_told_needs_no_reminder(void **state)
{
        Fixture *f = *state;
        int64_t ids[8];
        int n = 0;
        put_forum(f);
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D@18:00");
        assert_int_equal(says(f, "outside@x", "", EVE), -1);
        assert_int_equal(says(f, "other@x", "", EVE), -1);
        /* The whole is due, then its row is open, then its mail was sent. */
        assert_int_equal(says(f, "early@x", "20270201T060000Z", EVE), WHOLE_WILL_SAY);
        look(f, EVE, HORIZON);
        assert_int_equal(says(f, "early@x", "20270201T060000Z", EVE), WHOLE_WILL_SAY);
        assert_int_equal(ledger_due(f->store, moment(EVE), 8, ids, &n), 0);
        assert_int_equal(n, 1);
        const MailTold told = { .object = id_of(f, "early@x"),
                .uid = "early@x",
                .recurrence_id = "",
                .start = "20270201T060000Z",
                .finish = "20270201T070000Z",
                .place = "",
                .expires = moment("2027-02-01T07:00:00Z") };
        const MailText text = { .message_id = "m", .bytes = "x", .len = 1, .told = &told, .n_told = 1 };
        assert_int_equal(ledger_commit_first_attempt(f->store, ids[0], &text, moment(EVE)), 0);
        assert_int_equal(says(f, "early@x", "20270201T060000Z", EVE), WHOLE_WILL_SAY);
        assert_int_equal(ledger_close(f->store, ids[0], MAIL_SENT, MAIL_REASON_NONE, "250", moment(EVE)), 0);
        assert_int_equal(says(f, "early@x", "20270201T060000Z", EVE), WHOLE_HAS_TOLD);
        /* A part that has moved since, or was not in the mail, has a reminder of its own. */
        assert_int_equal(says(f, "early@x", "20270201T063000Z", EVE), WHOLE_SAYS_NOTHING);
        assert_int_equal(says(f, "late@x", "20270202T140000Z", EVE), WHOLE_SAYS_NOTHING);
        /* So has one that the contact is listed for alone. */
        subscribe(f, SUBSCRIBE_EVENT, "early@x", "-P1D");
        assert_int_equal(says(f, "early@x", "20270201T060000Z", EVE), -1);
}

static void test_digest_build__is_complete_or_fails(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *card = NULL;
        size_t n_whole, n;
        int n_failed = 0;
        scratch_needs_file(f->store); /* build_with_fault() makes SQLite fail */
        wish(f, "X-CONVENED-DIGEST:DAILY@08:00\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "");
        put_event(f, ONE);
        assert_int_equal(object_find(f->store, "guest", &record), 0);
        assert_int_equal(card_parse(record->text, record->len, &card, NULL), 0);
        assert_int_equal(build_with_fault(f, card, 0, &n_whole), 0);
        assert_int_equal(n_whole, 1);
        int total = n_steps;
        assert_true(total > 3);
        for (int at = 1; at <= total; at++) {
                int r = build_with_fault(f, card, at, &n);
                if (r == 0 && n != n_whole)
                        fail_msg("step %d of %d failed, and the digest had %zu entries", at, total, n);
                n_failed += r != 0;
        }
        assert_true(n_failed > 3);
}

static void test_due_process__a_digest_replaces_single_reminders(void **state)
{
        Fixture *f = *state;
        wish(f, "X-CONVENED-DIGEST:DAILY@08:00\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "-P1D");
        put_event(f, ONE);
        look(f, "2027-01-31T10:00:00Z", HORIZON);
        assert_ledger(f, "-P1D SUPPRESSED the contact gets an agenda instead\n");
        /* Not even later, when the contact wants single reminders again. */
        wish(f, "");
        look(f, "2027-01-31T11:00:00Z", HORIZON);
        assert_ledger(f, "-P1D SUPPRESSED the contact gets an agenda instead\n");
}

static void test_consent_quiet_until__ends_on_the_readers_clock(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                const char *zone, *at, *expected;
        } rows[] = {
                { __LINE__, "Europe/Moscow", "2027-01-01T18:59:59Z", "2027-01-01T18:59:59Z" },
                { __LINE__, "Europe/Moscow", "2027-01-01T19:00:00Z", "2027-01-02T04:00:00Z" },
                { __LINE__, "Europe/Moscow", "2027-01-01T22:00:00Z", "2027-01-02T04:00:00Z" },
                { __LINE__, "Europe/Moscow", "2027-01-02T04:00:00Z", "2027-01-02T04:00:00Z" },
                { __LINE__, "Europe/Berlin", "2027-03-27T22:00:00Z", "2027-03-28T05:00:00Z" },
        };
        QuietHours hours;
        assert_int_equal(quiet_parse("22:00-07:00", &hours), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                const Zone *zone;
                char text[21];
                assert_int_equal(zone_table_get(f->zones, rows[i].zone, &zone), 0);
                time_format_rfc3339(consent_quiet_until(&hours, zone, moment(rows[i].at)), text);
                if (strcmp(text, rows[i].expected) != 0)
                        fail_msg("row of line %d gives %s", rows[i].line, text);
        }
}

#define DUE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_ledger_parked_each__the_next_mail_repeats_parked_mails),
                DUE_TEST(test_digest_moment_after__follows_the_clock_over_its_changes),
                DUE_TEST(test_digest_process__one_mail_for_each_moment_and_the_last_after_an_outage),
                DUE_TEST(test_digest_build__has_all_listed_events_of_its_days),
                DUE_TEST(test_due_process__a_digest_replaces_single_reminders),
                DUE_TEST(test_consent_quiet_until__ends_on_the_readers_clock),
                DUE_TEST(test_due_process__an_edit_of_the_text_causes_no_notice),
                DUE_TEST(test_due_process__missed_reminders_are_added_with_a_reason),
                DUE_TEST(test_due_process__an_edit_after_an_outage_keeps_missed_reminders),
                DUE_TEST(test_due_process__an_edit_during_a_fan_out_reaches_every_contact),
                DUE_TEST(test_due_process__an_event_that_is_deleted_during_a_fan_out_is_gone),
                DUE_TEST(test_digest_build__is_complete_or_fails),
                DUE_TEST(test_digest_parts__lists_what_lies_within_the_whole),
                DUE_TEST(test_whole_says__a_part_that_was_told_needs_no_reminder),
                DUE_TEST(test_due_process__a_move_causes_one_notice),
                DUE_TEST(test_due_process__a_move_back_before_the_mail_was_sent_causes_no_notice),
                DUE_TEST(test_due_process__each_move_causes_a_notice_also_a_move_back),
                DUE_TEST(test_due_process__a_change_after_a_digest_causes_a_notice),
                DUE_TEST(test_due_process__a_digest_that_was_not_sent_causes_no_notice),
                DUE_TEST(test_due_process__compares_with_the_newest_bytes),
                DUE_TEST(test_due_process__a_change_of_place_causes_a_notice),
                DUE_TEST(test_notice_enter__waits_until_the_event_has_settled),
                DUE_TEST(test_notice_enter__a_change_within_a_day_of_the_event_does_not_wait),
                DUE_TEST(test_notice_enter__a_move_to_within_a_day_does_not_wait),
                DUE_TEST(test_notice_enter__a_change_that_was_undone_causes_none),
                DUE_TEST(test_notice_enter__a_lost_series_is_one_notice),
                DUE_TEST(test_notice_enter__a_lost_series_is_told_after_an_outage),
                DUE_TEST(test_notice_enter__a_lost_series_includes_what_waits),
                DUE_TEST(test_notice_enter__a_lost_series_that_takes_place_is_one_notice),
                DUE_TEST(test_notice_enter__a_restored_series_leaves_what_was_cancelled_alone),
                DUE_TEST(test_notice_enter__a_restored_series_may_be_undone_while_it_waits),
                DUE_TEST(test_notice_told_otherwise__of_a_series),
                DUE_TEST(test_notice_enter__a_contact_that_is_listed_again_hears_of_the_change),
                DUE_TEST(test_notice_enter__goes_at_once_when_the_event_is_near),
                DUE_TEST(test_notice_enter__a_waiting_notice_may_be_hastened_or_withdrawn),
                DUE_TEST(test_notice_enter__an_untold_change_counts_as_told),
                DUE_TEST(test_notice_count_as_told__holds_for_the_change_alone),
                DUE_TEST(test_notice_enter__an_untold_move_is_not_reminded_of),
                DUE_TEST(test_due_process__a_series_in_a_renamed_zone_causes_no_notice),
                DUE_TEST(test_due_process__what_is_private_needs_a_listing_of_its_own),
                DUE_TEST(test_due_process__a_private_instance_needs_a_listing_of_its_own),
                DUE_TEST(test_due_process__what_looks_the_same_causes_no_notice),
                DUE_TEST(test_due_process__a_cancellation_and_its_end_cause_notices),
                DUE_TEST(test_due_process__a_changed_occurrence_causes_one_notice),
                DUE_TEST(test_due_process__a_contact_that_was_not_told_gets_no_notice),
                DUE_TEST(test_due_process__a_notice_replaces_earlier_reminders),
                DUE_TEST(test_due_process__late_reminders_may_be_skipped),
                DUE_TEST(test_due_process__a_subscriber_from_a_fast_clock_is_not_late),
                DUE_TEST(test_due_each__the_most_specific_leads_apply),
                DUE_TEST(test_due_each__a_local_lead_follows_the_contacts_clock),
                DUE_TEST(test_due_each__a_cancelled_event_has_no_reminders),
                DUE_TEST(test_due_process__adds_due_reminders_once_and_sets_the_next_time),
                DUE_TEST(test_due_process__after_an_outage_the_nearest_reminder_is_sent),
                DUE_TEST(test_due_process__an_unsent_reminder_is_overtaken),
                DUE_TEST(test_due_process__a_zone_that_changes_the_order_of_leads_loses_none),
                DUE_TEST(test_due_process__the_first_start_mails_nothing_from_the_past),
                DUE_TEST(test_due_process__what_comes_after_the_first_start_is_late),
                DUE_TEST(test_due_process__the_first_start_reminds_of_what_is_near),
                DUE_TEST(test_due_process__an_event_without_a_kind_has_the_default_leads),
                DUE_TEST(test_due_process__a_move_fires_again_and_a_new_text_does_not),
                DUE_TEST(test_due_process__records_why_a_contact_gets_no_mail),
                DUE_TEST(test_due_process__a_contact_that_changes_zones_gets_local_times),
                DUE_TEST(test_due_process__each_occurrence_has_its_own),
                DUE_TEST(test_due_process__a_fixed_moment_fires_once_for_a_series),
                DUE_TEST(test_due_process__continues_after_a_batch),
                DUE_TEST(test_due_contact__a_listing_is_derived_only_for_its_contact),
                DUE_TEST(test_due_contact__other_events_are_not_touched),
                DUE_TEST(test_due_contact__a_change_during_a_fan_out_is_processed_once),
                DUE_TEST(test_due_contact__a_clock_set_back_brings_skipped_events_back),
                DUE_TEST(test_due_contact__many_events_take_several_batches),
                DUE_TEST(test_due_contact__many_contacts_are_derived_by_event),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
