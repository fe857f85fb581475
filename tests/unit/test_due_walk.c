/*
 * Tests how far the occurrences of an event are walked, and an event whose reminders cannot be worked out.
 */

#include "capture.h"
#include "reminders.h"

#include "store/db.h"
#include "store/store-internal.h"

#include <errno.h>

/* A camp of three weeks is one of the days of a weekly series. */
#define CAMP                                                                                                \
        "DTSTART:20270201T090000Z\r\nDTEND:20270201T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=8\r\nEND:VEVENT\r\n" \
        "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID:20270208T090000Z\r\n"         \
        "DTSTART:20270208T090000Z\r\nDTEND:20270301T090000Z\r\n"

static void test_due_process__a_longer_occurrence_hides_no_reminder_by_the_end(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "END/-PT30M");
        put_event(f, CAMP);
        look_until_done(f, "2027-02-01T09:30:00Z");
        assert_rows(f, "reminder 20270201T090000Z|20270201T090000Z|20270201T100000Z| PENDING\n");
        assert_next(f, "2027-02-15T09:30:00Z");
        deliver(f, "2027-02-01T09:30:00Z");
        look_until_done(f, "2027-02-15T09:30:00Z");
        assert_rows(f, "reminder 20270201T090000Z|20270201T090000Z|20270201T100000Z| SENT 250\n"
                       "reminder 20270215T090000Z|20270215T090000Z|20270215T100000Z| PENDING\n");
        assert_next(f, "2027-02-22T09:30:00Z");
}

#define HOURLY "DTSTART:20261001T000000Z\r\nDURATION:PT30M\r\nRRULE:FREQ=HOURLY;UNTIL=20280101T000000Z\r\n"

static void test_due_process__a_frequent_series_after_a_long_time_without_listings(void **state)
{
        Fixture *f = *state;
        f->now = moment("2026-10-01T00:00:00Z");
        put_event(f, HOURLY);
        look_until_done(f, "2026-10-01T00:00:00Z");
        assert_next(f, "never");
        f->now = moment("2027-01-01T00:05:00Z");
        subscribe(f, SUBSCRIBE_ALL, "", "-PT20M");
        look_at_contacts(f, "2027-01-01T00:05:00Z");
        assert_next(f, "2027-01-01T00:30:00Z"); /* the quarter of an hour in which the lead fires */
}

static void test_due_process__a_frequent_series_after_a_long_time_without_a_daemon(void **state)
{
        Fixture *f = *state;
        f->now = moment("2026-10-01T00:00:00Z");
        put_event(f, HOURLY);
        subscribe(f, SUBSCRIBE_ALL, "", "-PT20M");
        look_until_done(f, "2026-10-01T00:00:00Z");
        deliver(f, "2026-10-01T00:00:00Z");
        look_until_done(f, "2027-01-01T00:45:00Z");
        assert_states(f, MAIL_PENDING, 1);
        look_until_done(f, "2027-01-01T00:46:00Z");
        assert_states(f, MAIL_PENDING, 1);
        assert_next(f, "2027-01-01T01:30:00Z");
}

/* More occurrences than one walk visits are due at once. */
static void test_due_process__a_long_lead_of_a_frequent_series_goes_on(void **state)
{
        Fixture *f = *state;
        usec_t next = 0;
        subscribe(f, SUBSCRIBE_ALL, "", "-P100D");
        put_event(f, HOURLY);
        look_until_done(f, "2027-01-01T00:05:00Z");
        assert_int_equal(due_index_next(f->store, &next), 0);
        assert_in_range(next, moment("2027-01-01T00:05:01Z"), moment("2027-04-15T00:00:00Z"));
}

static int count_reminder(const Reminder *reminder, void *userdata)
{
        usec_t *soonest = userdata;
        if (reminder->fire > moment("2027-01-01T00:05:00Z") && (!*soonest || reminder->fire < *soonest))
                *soonest = reminder->fire;
        return 0;
}

static void test_due_each__of_a_frequent_series_names_those_to_come(void **state)
{
        Fixture *f = *state;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        usec_t soonest = 0, now = moment("2027-01-01T00:05:00Z");
        subscribe(f, SUBSCRIBE_ALL, "", "-PT20M");
        put_event(f, HOURLY);
        assert_int_equal(object_find(f->store, "e@x", &record), 0);
        assert_int_equal(due_each(f->store, f->config, record, now, now - 60 * USEC_PER_DAY, USEC_INFINITY,
                                         0, count_reminder, &soonest),
                        0);
        assert_true(soonest == moment("2027-01-01T00:40:00Z"));
}

/* ---- An event whose reminders cannot be worked out ---- */

static void run_sql(Fixture *f, const char *sql)
{
        assert_int_equal(db_execute(store_db(f->store), sql), 0);
}

/* Processes what is due as the engine does. */
static void process(Fixture *f, const char *when)
{
        const DueWork work = { f->store, f->config, 0, moment(when) };
        assert_int_equal(due_source.process(&work), 0);
}

static void fail_once(Fixture *f, const char *when)
{
        Capture capture;
        run_sql(f, "CREATE TRIGGER fault BEFORE INSERT ON mail BEGIN SELECT RAISE(ABORT, 'fault'); END");
        capture_begin(&capture);
        process(f, when);
        assert_non_null(strstr(capture_end(&capture), "cannot be worked out"));
        run_sql(f, "DROP TRIGGER fault");
}

static void test_due_source__a_failed_event_is_tried_again_within_the_hour(void **state)
{
        Fixture *f = *state;
        usec_t next = 0;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        put_event(f, ONE HALL);
        process(f, "2027-01-31T00:00:00Z");
        fail_once(f, "2027-02-01T08:00:00Z");
        assert_int_equal(due_index_next(f->store, &next), 0);
        assert_in_range(next, moment("2027-02-01T08:00:01Z"), moment("2027-02-01T09:00:00Z"));
        process(f, "2027-02-01T09:00:00Z");
        assert_rows(f, "reminder |20270201T100000Z|20270201T110000Z|Hall PENDING\n");
}

static void test_due_source__what_a_failed_event_has_missed_has_a_row(void **state)
{
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        put_event(f, ONE HALL);
        process(f, "2027-01-31T00:00:00Z");
        fail_once(f, "2027-02-01T08:00:00Z");
        process(f, "2027-02-02T08:00:00Z");
        assert_states(f, MAIL_EXPIRED, 1);
}

static void test_due_source__a_want_of_memory_is_no_fault_of_an_event(void **state)
{
        (void)state;
        assert_true(due_is_fault_of_store(-ENOMEM));
        assert_false(due_is_fault_of_store(DB_E_CONSTRAINT));
        assert_false(due_is_fault_of_store(0));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_due_process__a_longer_occurrence_hides_no_reminder_by_the_end),
                DUE_TEST(test_due_process__a_frequent_series_after_a_long_time_without_listings),
                DUE_TEST(test_due_process__a_frequent_series_after_a_long_time_without_a_daemon),
                DUE_TEST(test_due_process__a_long_lead_of_a_frequent_series_goes_on),
                DUE_TEST(test_due_each__of_a_frequent_series_names_those_to_come),
                DUE_TEST(test_due_source__a_failed_event_is_tried_again_within_the_hour),
                DUE_TEST(test_due_source__what_a_failed_event_has_missed_has_a_row),
                DUE_TEST(test_due_source__a_want_of_memory_is_no_fault_of_an_event),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
