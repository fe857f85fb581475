/*
 * A mail made from the template of another recipient's mail equals the mail that is composed for the
 * recipient.
 */

#include "outbox/job.h"

#include "remind/compose-cache.h"
#include "remind/due.h"
#include "remind/mails.h"
#include "store/announcement.h"
#include "store/due-index.h"
#include "store/subscription.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define HOUR (3600 * USEC_PER_SEC)

enum { MAILS_MAX = 64 };

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Config *config;
        Store *store;
        ComposeCache *cache;
        usec_t now;
} Fixture;

static const char *const cards[] = {
        "FN:Guest\r\nEMAIL:a@example.org\r\n",
        "FN:Гостья Анна\r\nEMAIL:b@example.org\r\nLANG:ru\r\n",
        "FN:Gast\r\nEMAIL:c@example.org\r\nLANG:en\r\nTZ:Europe/Berlin\r\n",
        "FN:Гость\r\nEMAIL:d@example.org\r\nLANG:ru\r\nTZ:Asia/Vladivostok\r\n",
        "FN:Another\r\nEMAIL:e@example.org\r\nLANG:en\r\nTZ:America/Los_Angeles\r\n",
        "FN:Guest \"the second\"\\, of the name\r\nEMAIL:f@example.org\r\n",
        "FN:Another\r\nEMAIL:g@example.org\r\nLANG:en\r\nTZ:Europe/Berlin\r\n",
        "FN:Гость\r\nEMAIL:h@example.org\r\nLANG:ru\r\nTZ:Asia/Vladivostok\r\n",
};
enum { N_CARDS = sizeof(cards) / sizeof(cards[0]) };

static usec_t at(const char *text)
{
        usec_t time;
        assert_int_equal(time_parse_rfc3339(text, &time), 0);
        return time;
}

static void put_card(Fixture *f, int number)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        ObjectOutcome outcome;
        char text[512], uid[16];
        snprintf(uid, sizeof(uid), "guest-%d", number);
        snprintf(text, sizeof(text), "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\n%sEND:VCARD\r\n", uid,
                        cards[number]);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS,
                                                         .anywhere = true,
                                                         .now = f->now },
                                         &outcome),
                        0);
        assert_int_equal(object_find(f->store, uid, &record), 0);
        assert_int_equal(subscription_put(f->store, record->id, SUBSCRIBE_ALL, "", "-P1D", f->now), 0);
}

static void put_event(Fixture *f, const char *lines)
{
        static int sequence;
        CLEANUP(event_freep) Event *event = NULL;
        ObjectOutcome outcome;
        char text[2048];
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:e@x\r\n"
                        "DTSTAMP:20260101T000000Z\r\nSEQUENCE:%d\r\nCATEGORIES:SESSION\r\n%sEND:"
                        "VEVENT\r\nEND:VCALENDAR\r\n",
                        ++sequence, lines);
        assert_int_equal(event_parse(f->zones, text, strlen(text), &event, NULL), 0);
        assert_int_equal(object_put_event(f->store, event,
                                         &(ObjectPut){ .collection = COLLECTION_EVENTS,
                                                         .anywhere = true,
                                                         .refuse_stale = true,
                                                         .fallback = f->config->time_zone,
                                                         .now = f->now },
                                         &outcome),
                        0);
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        f->config = scratch_config(f->directory, f->zones, "%s", "");
        f->now = at("2027-01-01T00:00:00Z");
        assert_int_equal(collection_ensure(f->store, COLLECTION_EVENTS, false, "Europe/Moscow"), 0);
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        assert_int_equal(compose_cache_new(&f->cache), 0);
        for (int i = 0; i < N_CARDS; i++)
                put_card(f, i);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        compose_cache_free(f->cache);
        scratch_close(f->directory, f->store, f->config, f->zones);
        free(f);
        return 0;
}

static int on_due(const DueEntry *due, void *userdata)
{
        *(DueEntry *)userdata = *due;
        return 0;
}

static int enter_mails(Fixture *f, usec_t now, int64_t ret[static MAILS_MAX])
{
        DueEntry due = { 0 };
        int n = 0;
        assert_int_equal(due_index_each(f->store, now, 1, on_due, &due), 0);
        assert_int_equal(due_process(f->store, f->config, due.object, f->now, now), 0);
        assert_int_equal(ledger_due(f->store, now, MAILS_MAX, ret, &n), 0);
        return n;
}

static int make(Fixture *f, ComposeCache *cache, int64_t mail, usec_t now, Buffer *out)
{
        CLEANUP(job_done) Job job = { 0 };
        static const OutboxTable *const tables[] = { &mails_table, NULL };
        const JobSource source = { f->store, f->config, tables, { cache } };
        char id[64];
        snprintf(id, sizeof(id), "reminder.%d@example.org", (int)mail);
        assert_int_equal(job_begin(&source, mail, now, &job), 0);
        return job_check(&job, id, out);
}

static void assert_same(Fixture *f, int64_t mail, usec_t now, const char *word)
{
        CLEANUP(buffer_done) Buffer made = BUFFER_INIT(65536);
        CLEANUP(buffer_done) Buffer filled = BUFFER_INIT(65536);
        assert_int_equal(make(f, NULL, mail, now, &made), 0);
        assert_int_equal(make(f, f->cache, mail, now, &filled), 0);
        assert_string_equal(buffer_text(&filled), buffer_text(&made));
        assert_non_null(strstr(buffer_text(&filled), word));
}

static void assert_all_same(Fixture *f, const int64_t *mails, int n, const char *now, const char *word)
{
        for (int round = 0; round < 2; round++)
                for (int i = 0; i < n; i++)
                        assert_same(f, mails[i], at(now), word);
}

static void test_job_check__a_reminder_from_a_template_equals_a_composed_one(void **state)
{
        Fixture *f = *state;
        int64_t mails[MAILS_MAX];
        put_event(f, "SUMMARY:Session one\r\nLOCATION:Hall\r\nDTSTART;TZID=Europe/Moscow:20270301T100000\r\n"
                     "DTEND;TZID=Europe/Moscow:20270301T230000\r\n");
        int n = enter_mails(f, at("2027-02-28T07:00:00Z"), mails);
        assert_int_equal(n, N_CARDS);
        assert_all_same(f, mails, n, "2027-02-28T07:00:01Z", "Session");
        assert_all_same(f, mails, n, "2027-02-28T09:30:00Z", "Session"); /* late */
        assert_all_same(f, mails, n, "2027-02-28T15:30:00Z", "Session"); /* the next day in Vladivostok */
        assert_all_same(f, mails, n, "2027-03-01T06:30:00Z", "Session"); /* tomorrow in Los Angeles */
        assert_all_same(f, mails, n, "2027-03-01T12:30:00Z", "Session"); /* under way */
}

static void test_job_check__an_edit_is_in_the_next_mail(void **state)
{
        Fixture *f = *state;
        int64_t mails[MAILS_MAX];
        static const char times[] = "DTSTART;VALUE=DATE:20270301\r\nDTEND;VALUE=DATE:20270303\r\n";
        char lines[256];
        snprintf(lines, sizeof(lines), "SUMMARY:Before\r\n%s", times);
        put_event(f, lines);
        int n = enter_mails(f, at("2027-02-28T03:00:00Z"), mails);
        assert_int_equal(n, N_CARDS);
        assert_all_same(f, mails, n, "2027-02-28T03:00:01Z", "Before");
        snprintf(lines, sizeof(lines), "SUMMARY:After\r\n%s", times);
        put_event(f, lines);
        assert_all_same(f, mails, n, "2027-02-28T03:00:01Z", "After");
}

static void test_job_check__a_cancelled_event_is_not_repeated(void **state)
{
        Fixture *f = *state;
        int64_t mails[MAILS_MAX];
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        static const char times[] = "DTSTART:20270301T100000Z\r\nDTEND:20270301T120000Z\r\n";
        char lines[256];
        snprintf(lines, sizeof(lines), "SUMMARY:Before\r\n%s", times);
        put_event(f, lines);
        int n = enter_mails(f, at("2027-02-28T10:00:00Z"), mails);
        assert_int_equal(n, N_CARDS);
        assert_all_same(f, mails, n, "2027-02-28T10:00:01Z", "Before");
        snprintf(lines, sizeof(lines), "STATUS:CANCELLED\r\nSUMMARY:Before\r\n%s", times);
        put_event(f, lines);
        for (int i = 0; i < n; i++)
                assert_int_equal(make(f, f->cache, mails[i], at("2027-02-28T10:00:01Z"), &out), JOB_CLOSE);
        assert_int_equal(out.len, 0);
}

static void test_job_check__a_mail_that_is_too_long_fails_alone(void **state)
{
        Fixture *f = *state;
        int64_t mails[MAILS_MAX];
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1000);
        put_event(f, "SUMMARY:Before\r\nDTSTART:20270301T100000Z\r\nDTEND:20270301T120000Z\r\n");
        assert_int_equal(enter_mails(f, at("2027-02-28T10:00:00Z"), mails), N_CARDS);
        assert_int_equal(make(f, NULL, mails[0], at("2027-02-28T10:00:01Z"), &out), JOB_CLOSE);
}

/* Adds an announcement to guest 0. Returns its mail. */
static int64_t enter_announcement(Fixture *f, char uid[static TOKEN_SIZE])
{
        const Announcement announcement = {
                .scope = ANNOUNCE_ALL,
                .target = "",
                .author = "",
                .at = f->now,
                .expires = f->now + HOUR,
                .texts = { { "en", "Subject", "Text" } },
                .n_texts = 1,
        };
        CLEANUP(announcement_freep) Announcement *added = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        int64_t mail[MAILS_MAX];
        bool is_new = false;
        int n = 0;
        assert_int_equal(object_find(f->store, "guest-0", &record), 0);
        assert_int_equal(announcement_add(f->store, &announcement, f->now, uid), 0);
        assert_int_equal(announcement_get(f->store, uid, &added), 0);
        assert_int_equal(announcement_add_mail(f->store, added, record->id, 0, f->now, &is_new), 0);
        assert_int_equal(ledger_due(f->store, f->now + HOUR, MAILS_MAX, mail, &n), 0);
        assert_int_equal(n, 1);
        return mail[0];
}

/* A mail that is to be closed is closed only if what its job has read still holds. */
static void assert_closes(Fixture *f, int64_t mail, usec_t now)
{
        CLEANUP(job_done) Job job = { 0 };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        static const OutboxTable *const tables[] = { &mails_table, NULL };
        const JobSource source = { f->store, f->config, tables, { NULL } };
        assert_int_equal(job_begin(&source, mail, now, &job), 0);
        assert_int_equal(job_check(&job, "a@example.org", &out), JOB_CLOSE);
        assert_int_equal(job_still_holds(&job, f->store), 0);
}

static void test_job_still_holds__an_announcement_that_has_expired_is_closed(void **state)
{
        Fixture *f = *state;
        char uid[TOKEN_SIZE];
        int64_t mail = enter_announcement(f, uid);
        assert_closes(f, mail, f->now + HOUR);
}

static void test_job_still_holds__an_announcement_that_was_stopped_while_its_mail_was_sent_is_closed(
                void **state)
{
        Fixture *f = *state;
        char uid[TOKEN_SIZE];
        int64_t mail = enter_announcement(f, uid), n = -1;
        const MailText text = { .message_id = "a@example.org", .bytes = "x", .len = 1, .made = f->now };
        assert_int_equal(ledger_commit_first_attempt(f->store, mail, &text, f->now), 0);
        assert_int_equal(announcement_stop(f->store, uid, f->now, &n), 0);
        assert_int_equal(n, 0);
        assert_int_equal(ledger_defer(f->store, mail, f->now, "450 later", f->now), 0);
        assert_closes(f, mail, f->now + 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_job_check__a_reminder_from_a_template_equals_a_composed_one, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(
                                test_job_check__an_edit_is_in_the_next_mail, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_job_check__a_cancelled_event_is_not_repeated, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_job_check__a_mail_that_is_too_long_fails_alone, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_job_still_holds__an_announcement_that_has_expired_is_closed, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(
                                test_job_still_holds__an_announcement_that_was_stopped_while_its_mail_was_sent_is_closed,
                                set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
