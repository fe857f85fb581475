/* Tests the order of the mails about one meeting of an account to one participant outside of the office. */

#include "schedule/mails.h"

#include "outbox/job.h"
#include "store/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW      ((usec_t)1800000000 * USEC_PER_SEC)
#define EVENT    "BEGIN:VEVENT\r\nUID:one\r\nDTSTAMP:20260101T000000Z\r\nORGANIZER:mailto:org@x.org\r\n"
#define ATTENDEE "ATTENDEE:mailto:anna@example.org\r\n"
#define WHOLE    EVENT "DTSTART:20300301T100000Z\r\nRRULE:FREQ=DAILY;COUNT=5\r\n" ATTENDEE "END:VEVENT\r\n"
#define DAY(day)                                                                                            \
        EVENT "RECURRENCE-ID:203003" day "T100000Z\r\nDTSTART:203003" day "T120000Z\r\n" ATTENDEE           \
              "END:VEVENT\r\n"

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Config *config;
        Store *store;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        f->config = scratch_config(f->directory, f->zones,
                        "language = \"en\";\nmail: { from = \"o@example.org\"; };\n%s", "");
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

static void add_as(
                Fixture *f, bool is_update, const char *method, const char *components, const char *address)
{
        CLEANUP(itip_object_freep) ItipObject *object = NULL;
        char text[4096];
        const ScheduleWork work = { f->store, f->config, NOW };
        snprintf(text, sizeof(text),
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n%sEND:VCALENDAR\r\n",
                        components);
        assert_int_equal(itip_object_new(f->zones, text, strlen(text), itip_address_user, NULL, &object), 0);
        const ScheduleMessage message = {
                .method = method,
                .is_update = is_update,
                .user = "",
                .address = address,
                .source = object,
                .components = object->components,
        };
        assert_int_equal(store_begin_write(f->store), 0);
        assert_int_equal(mails_add(&work, "org", &message, address), 0);
        assert_int_equal(store_commit(f->store), 0);
}

static void add_to(Fixture *f, const char *method, const char *components, const char *address)
{
        add_as(f, false, method, components, address);
}

static void add(Fixture *f, const char *method, const char *components)
{
        add_to(f, method, components, "anna@example.org");
}

/* Judges a mail as an attempt does. Return: 0 if it goes. */
static int attempt(Fixture *f, int64_t mail)
{
        static const OutboxTable *const tables[] = { &schedule_mails_table, NULL };
        const JobSource source = { f->store, f->config, tables, { NULL } };
        CLEANUP(job_done) Job job = { 0 };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        assert_int_equal(job_begin(&source, mail, NOW, &job), 0);
        int r = job_check(&job, "1@example.org", &out);
        if (r == JOB_CLOSE)
                assert_int_equal(job.reason, MAIL_REASON_CHANGED_AGAIN);
        if (r == JOB_WAIT)
                assert_true(job.wait_until > NOW);
        return r != 0 ? r : job_still_holds(&job, f->store);
}

static void expect_subject(Fixture *f, int64_t mail, const char *subject)
{
        static const OutboxTable *const tables[] = { &schedule_mails_table, NULL };
        const JobSource source = { f->store, f->config, tables, { NULL } };
        CLEANUP(job_done) Job job = { 0 };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        assert_int_equal(job_begin(&source, mail, NOW, &job), 0);
        assert_int_equal(job_check(&job, "1@example.org", &out), 0);
        if (!strstr(buffer_text(&out), subject))
                fail_msg("%s", buffer_text(&out));
}

static void add_update(Fixture *f)
{
        add_as(f, true, "REQUEST", WHOLE, "anna@example.org");
}

static void end_mail(Fixture *f, int64_t mail, MailState end)
{
        const MailText text = { .message_id = "1@example.org", .bytes = "x", .len = 1, .made = NOW };
        assert_int_equal(ledger_commit_first_attempt(f->store, mail, &text, NOW), 0);
        assert_int_equal(ledger_close(f->store, mail, end, MAIL_REASON_NONE, "250", NOW), 0);
}

static void test_schedule_mails__an_invitation_is_not_sent_after_the_cancellation(void **state)
{
        Fixture *f = *state;
        add(f, "REQUEST", WHOLE);
        assert_int_equal(attempt(f, 1), 0);
        add(f, "CANCEL", WHOLE);
        assert_int_equal(attempt(f, 1), JOB_CLOSE);
        end_mail(f, 2, MAIL_SENT);
        assert_int_equal(attempt(f, 1), JOB_CLOSE);
}

static void test_schedule_mails__a_later_change_during_the_attempt_is_noticed(void **state)
{
        Fixture *f = *state;
        static const OutboxTable *const tables[] = { &schedule_mails_table, NULL };
        const JobSource source = { f->store, f->config, tables, { NULL } };
        CLEANUP(job_done) Job job = { 0 };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        add(f, "REQUEST", WHOLE);
        assert_int_equal(job_begin(&source, 1, NOW, &job), 0);
        assert_int_equal(job_check(&job, "1@example.org", &out), 0);
        assert_int_equal(job_still_holds(&job, f->store), 0);
        add(f, "REQUEST", WHOLE);
        assert_int_equal(job_still_holds(&job, f->store), JOB_STALE);
}

static void test_schedule_mails__others_are_not_compared(void **state)
{
        Fixture *f = *state;
        add(f, "REQUEST", WHOLE);
        add_to(f, "CANCEL", WHOLE, "boris@example.org");
        add(f, "CANCEL", DAY("02"));
        add(f, "REPLY", WHOLE);
        assert_int_equal(attempt(f, 1), 0);
        assert_int_equal(attempt(f, 2), 0);
        assert_int_equal(attempt(f, 4), 0);
}

/* A mail about one instance waits until the mail about the series has gone. */
static void test_schedule_mails__an_instance_comes_after_its_series(void **state)
{
        Fixture *f = *state;
        add(f, "REQUEST", WHOLE);
        add(f, "CANCEL", DAY("02"));
        assert_int_equal(attempt(f, 2), JOB_WAIT);
        end_mail(f, 1, MAIL_SENT);
        assert_int_equal(attempt(f, 2), 0);
}

static void test_schedule_mails__of_an_instance_the_last_one_goes(void **state)
{
        Fixture *f = *state;
        add(f, "REQUEST", DAY("02"));
        add(f, "REQUEST", DAY("03"));
        add(f, "REQUEST", DAY("02") DAY("03"));
        add(f, "CANCEL", DAY("02"));
        assert_int_equal(attempt(f, 1), JOB_CLOSE);
        assert_int_equal(ledger_close(f->store, 1, MAIL_CANCELLED, MAIL_REASON_CHANGED_AGAIN, "", NOW), 0);
        end_mail(f, 2, MAIL_FAILED);
        assert_int_equal(attempt(f, 3), 0);
        add(f, "CANCEL", WHOLE);
        assert_int_equal(attempt(f, 3), JOB_CLOSE);
        assert_int_equal(attempt(f, 4), JOB_CLOSE);
        assert_int_equal(attempt(f, 5), 0);
}

/* A mail of which no earlier one has gone invites, however often the meeting has changed. */
static void test_schedule_mails__an_update_without_an_invitation_invites(void **state)
{
        Fixture *f = *state;
        add(f, "REQUEST", WHOLE);
        add_to(f, "REQUEST", WHOLE, "boris@example.org");
        end_mail(f, 2, MAIL_SENT);
        add_update(f);
        expect_subject(f, 3, "Subject: Invitation: meeting\r\n");
        end_mail(f, 3, MAIL_FAILED);
        add_update(f);
        expect_subject(f, 4, "Subject: Invitation: meeting\r\n");
        end_mail(f, 4, MAIL_SENT);
        add_update(f);
        expect_subject(f, 5, "Subject: Changed invitation: meeting\r\n");
}

/* An invitation to one instance arrived; that to another one, which came later, did not. */
static void test_schedule_mails__an_update_of_an_instance_goes_by_its_own_invitation(void **state)
{
        Fixture *f = *state;
        add(f, "REQUEST", DAY("02"));
        end_mail(f, 1, MAIL_SENT);
        add(f, "REQUEST", DAY("03"));
        end_mail(f, 2, MAIL_FAILED);
        add_as(f, true, "REQUEST", DAY("02"), "anna@example.org");
        expect_subject(f, 3, "Subject: Changed invitation: meeting\r\n");
        end_mail(f, 3, MAIL_SENT);
        add_as(f, true, "REQUEST", DAY("03"), "anna@example.org");
        expect_subject(f, 4, "Subject: Invitation: meeting\r\n");
}

/* The invitation may be in the archive. */
static void test_schedule_mails__an_update_without_earlier_mails_is_one(void **state)
{
        Fixture *f = *state;
        add_update(f);
        add_update(f);
        expect_subject(f, 2, "Subject: Changed invitation: meeting\r\n");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_schedule_mails__an_invitation_is_not_sent_after_the_cancellation,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_schedule_mails__a_later_change_during_the_attempt_is_noticed, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(
                                test_schedule_mails__others_are_not_compared, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_schedule_mails__an_instance_comes_after_its_series, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_schedule_mails__of_an_instance_the_last_one_goes, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_schedule_mails__an_update_of_an_instance_goes_by_its_own_invitation,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_schedule_mails__an_update_without_an_invitation_invites,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_schedule_mails__an_update_without_earlier_mails_is_one,
                                set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
