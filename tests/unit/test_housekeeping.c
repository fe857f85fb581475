#include "service/housekeeping.h"

#include "capture.h"
#include "contact/card.h"
#include "scratch.h"
#include "store/db.h"
#include "store/ledger-past.h"
#include "store/meeting.h"
#include "store/object.h"
#include "store/prune.h"
#include "store/signup.h"
#include "store/store-internal.h"
#include "store/suppression.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW    (1000 * USEC_PER_DAY)
#define PERIOD (10 * USEC_PER_DAY)
#define CARD   "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:anna\r\nFN:Anna\r\nEMAIL:anna@example.org\r\nEND:VCARD\r\n"

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE], url[SCRATCH_URL_SIZE];
        ZoneTable *zones;
        Store *store;
        int64_t anna;
        usec_t now; /* of the last run */
        RetentionMoment moment;
} Fixture;

static const Config config = { .bounces.soft_period = PERIOD };

static void put_anna(Fixture *f)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        const ObjectPut put = { .collection = COLLECTION_CONTACTS, .anywhere = true, .now = NOW };
        ObjectOutcome outcome;
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        assert_int_equal(card_parse(CARD, strlen(CARD), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card, &put, &outcome), 0);
        assert_int_equal(object_find(f->store, "anna", &record), 0);
        f->anna = record->id;
}

/* Runs @now as long after the last run as the clock says. */
static void run(Fixture *f, const Config *kept, usec_t now)
{
        f->moment.since_boot += now - f->now;
        f->now = now;
        housekeeping_run(f->store, kept, now, &f->moment);
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        put_anna(f);
        f->now = NOW - USEC_PER_DAY;
        f->moment = (RetentionMoment){ 0, "boot" };
        run(f, &config, f->now);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        scratch_close(f->directory, f->store, NULL, f->zones);
        free(f);
        return 0;
}

static void ask(Fixture *f, const char *address, usec_t now)
{
        const SignupLimits limits = { 9, 9, 9 };
        const Signup signup = {
                .address = address,
                .language = "ru",
                .scope = SUBSCRIBE_ALL,
                .target = "",
                .network = "192.0.2.0/24",
                .expires = now + 3600 * USEC_PER_SEC,
        };
        assert_int_equal(signup_add(f->store, &signup, &limits, now), 0);
}

static void come_back(Fixture *f, int64_t mail, usec_t now)
{
        const SuppressionLimit limit = { 9, PERIOD };
        const ReturnedMail returned = {
                .mail = mail,
                .contact = f->anna,
                .sent = now,
                .address = "anna@example.org",
                .status = "4.4.1",
                .reason = "",
        };
        SuppressionOutcome outcome;
        assert_int_equal(suppression_add(f->store, &returned, &limit, now, &outcome), 0);
        assert_int_equal(outcome, SUPPRESSION_COUNTED);
}

static int64_t count_returned(Fixture *f)
{
        SuppressionState standing;
        assert_int_equal(suppression_state(f->store, f->anna, "anna@example.org", &standing), 0);
        return standing.n_soft;
}

static void test_housekeeping_run__removes_only_old_data(void **state)
{
        Fixture *f = *state;
        int64_t n = -1;
        ask(f, "old@example.org", NOW);
        ask(f, "new@example.org", NOW + PERIOD);
        come_back(f, 1, NOW);
        come_back(f, 2, NOW + 2 * USEC_PER_DAY);
        run(f, &config, NOW + PERIOD);
        assert_int_equal(count_returned(f), 2);
        run(f, &config, NOW + PERIOD + 1);
        assert_int_equal(count_returned(f), 1);
        /* The newer request is kept, and deleted when it is a day old. */
        assert_int_equal(signup_forget(f->store, NOW + PERIOD + USEC_PER_DAY, &n), 0);
        assert_int_equal(n, 1);
}

static int64_t book_as(Fixture *f, int number)
{
        int64_t id = 0;
        char uid[32];
        snprintf(uid, sizeof(uid), "meeting-%d", number);
        const Meeting meeting = {
                .uid = uid,
                .host = "host",
                .offer = "offer",
                .visitor = { "Visitor", "Firm", "visitor@example.org", "Topic", "ru", "Europe/Moscow", "" },
                .place = "Table 1",
                .zone = "Europe/Saratov",
                .state = MEETING_BOOKED,
                .start = NOW,
                .finish = NOW + USEC_PER_SEC,
        };
        assert_int_equal(meeting_add(f->store, &meeting, NOW, &id), 0);
        return id;
}

static int64_t book(Fixture *f)
{
        return book_as(f, 0);
}

static int find_meeting(Fixture *f, int64_t id)
{
        CLEANUP(meeting_freep) Meeting *found = NULL;
        return meeting_get(f->store, id, &found);
}

static const Config kept = { .mail.keep = USEC_PER_DAY, .meetings.keep = PERIOD };

static void test_housekeeping_run__a_meeting_is_kept_for_its_own_time(void **state)
{
        Fixture *f = *state;
        int64_t id = book(f);
        run(f, &kept, NOW + USEC_PER_SEC + PERIOD - 1);
        assert_int_equal(find_meeting(f, id), 0);
        run(f, &kept, NOW + USEC_PER_SEC + PERIOD);
        assert_int_equal(find_meeting(f, id), STORE_E_NOT_FOUND);
}

/* The clock shows the next year for a while, over a new start of the machine. */
static void test_housekeeping_run__a_clock_set_ahead_deletes_no_booking(void **state)
{
        Fixture *f = *state;
        int64_t id = book(f);
        bool under_way = false;
        usec_t time = 0;
        housekeeping_run(f->store, &kept, NOW + 365 * USEC_PER_DAY, &f->moment);
        f->moment = (RetentionMoment){ 60 * USEC_PER_SEC, "another boot" };
        housekeeping_run(f->store, &kept, NOW + 365 * USEC_PER_DAY, &f->moment);
        f->moment.since_boot += 3600 * USEC_PER_SEC;
        housekeeping_run(f->store, &kept, NOW + 365 * USEC_PER_DAY, &f->moment);
        assert_int_equal(find_meeting(f, id), 0);
        /* The archive goes by the same time. */
        assert_int_equal(past_is_under_way(f->store, &under_way, &time), 0);
        assert_true(under_way);
        assert_in_range(time, NOW - USEC_PER_DAY, NOW + 2 * USEC_PER_DAY);
}

static int64_t count(Fixture *f, const Sql *sql)
{
        DbStatement *statement = NULL;
        assert_int_equal(db_prepare(store_db(f->store), sql, &statement), 0);
        assert_int_equal(db_step(statement), DB_ROW);
        int64_t n = db_int(statement, 0);
        db_reset(statement);
        return n;
}

/* There is more of each than one transaction removes. */
static void test_housekeeping_run__removes_very_many(void **state)
{
        Fixture *f = *state;
        static const char sql[] =
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
                        " INSERT INTO told (mail, contact, object, uid, recurrence_id, start, finish, place, expires)"
                        " SELECT i, 1, 1, 'e@x', '', '', '', '', CASE WHEN i % 5 = 0 THEN 9000000000000000 ELSE i END FROM n;"
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
                        " INSERT INTO tombstone (collection, resource, uid, id, change, at, sequence)"
                        " SELECT 'c', i, i, 1000 + i, i, CASE WHEN i > 2400 THEN 9000000000000000 WHEN i > 1200 THEN 7 ELSE i END, 0 FROM n";
        int64_t last = 0;
        assert_int_equal(db_execute(store_db(f->store), sql), 0);
        for (int i = 0; i < 120; i++)
                book_as(f, i);
        run(f, &kept, NOW + USEC_PER_SEC + PERIOD);
        assert_int_equal(count(f, SQL("SELECT count(*) FROM told")), 500);
        assert_int_equal(count(f, SQL("SELECT count(*) FROM tombstone WHERE collection = 'c'")), 100);
        assert_int_equal(prune_last(f->store, "c", &last), 0);
        assert_int_equal(last, 2400);
        assert_int_equal(count(f, SQL("SELECT count(*) FROM meeting")), 0);
}

static void test_housekeeping_run__a_failing_step_does_not_stop_the_others(void **state)
{
        Fixture *f = *state;
        Capture capture;
        int64_t id = book(f);
        ask(f, "old@example.org", NOW);
        assert_int_equal(db_execute(store_db(f->store), "ALTER TABLE signup RENAME TO away"), 0);
        capture_begin(&capture);
        run(f, &kept, NOW + USEC_PER_SEC + PERIOD);
        assert_non_null(strstr(capture_end(&capture), "old sign-up requests cannot be removed: "));
        assert_int_equal(find_meeting(f, id), STORE_E_NOT_FOUND);
}

static void test_housekeeping_run__a_failure_is_logged(void **state)
{
        Fixture *f = *state;
        Capture capture;
        CLEANUP(store_closep) Store *reader = NULL;
        assert_int_equal(store_open(f->url, STORE_READ_ONLY, f->zones, &reader, NULL), 0);
        ask(f, "old@example.org", NOW);
        capture_begin(&capture);
        housekeeping_run(reader, &config, NOW + PERIOD, &f->moment);
        assert_non_null(strstr(capture_end(&capture), "old data cannot be removed: "));
        capture_begin(&capture);
        run(f, &config, NOW + PERIOD);
        assert_string_equal(capture_end(&capture), "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_housekeeping_run__a_meeting_is_kept_for_its_own_time,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_housekeeping_run__removes_only_old_data, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_housekeeping_run__removes_very_many, set_up, tear_down),
                cmocka_unit_test_setup_teardown(test_housekeeping_run__a_clock_set_ahead_deletes_no_booking,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_housekeeping_run__a_failing_step_does_not_stop_the_others, set_up,
                                tear_down),
                cmocka_unit_test_setup_teardown(
                                test_housekeeping_run__a_failure_is_logged, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
