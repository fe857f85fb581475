#include "service/housekeeping.h"

#include "capture.h"
#include "contact/card.h"
#include "scratch.h"
#include "store/meeting.h"
#include "store/object.h"
#include "store/signup.h"
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

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        assert_non_null(f);
        scratch_open(f->directory, f->url);
        scratch_store(f->url, &f->zones, &f->store);
        put_anna(f);
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
        housekeeping_run(f->store, &config, NOW + PERIOD);
        assert_int_equal(count_returned(f), 2);
        housekeeping_run(f->store, &config, NOW + PERIOD + 1);
        assert_int_equal(count_returned(f), 1);
        /* The newer request is kept, and deleted when it is a day old. */
        assert_int_equal(signup_forget(f->store, NOW + PERIOD + USEC_PER_DAY, &n), 0);
        assert_int_equal(n, 1);
}

static void test_housekeeping_run__a_meeting_is_kept_for_its_own_time(void **state)
{
        Fixture *f = *state;
        static const Config kept = { .mail.keep = USEC_PER_DAY, .meetings.keep = PERIOD };
        CLEANUP(meeting_freep) Meeting *found = NULL;
        int64_t id = 0;
        const Meeting meeting = {
                .uid = "meeting",
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
        housekeeping_run(f->store, &kept, meeting.finish + PERIOD - 1);
        assert_int_equal(meeting_get(f->store, id, &found), 0);
        housekeeping_run(f->store, &kept, meeting.finish + PERIOD);
        found = meeting_free(found);
        assert_int_equal(meeting_get(f->store, id, &found), STORE_E_NOT_FOUND);
}

static void test_housekeeping_run__a_failure_is_logged(void **state)
{
        Fixture *f = *state;
        Capture capture;
        CLEANUP(store_closep) Store *reader = NULL;
        assert_int_equal(store_open(f->url, STORE_READ_ONLY, f->zones, &reader, NULL), 0);
        ask(f, "old@example.org", NOW);
        capture_begin(&capture);
        housekeeping_run(reader, &config, NOW + PERIOD);
        assert_non_null(strstr(
                        capture_end(&capture), "old mails, requests and bounces cannot be removed: "));
        capture_begin(&capture);
        housekeeping_run(f->store, &config, NOW + PERIOD);
        assert_string_equal(capture_end(&capture), "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(test_housekeeping_run__a_meeting_is_kept_for_its_own_time,
                                set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_housekeeping_run__removes_only_old_data, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_housekeeping_run__a_failure_is_logged, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
