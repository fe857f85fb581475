/* Tests what becomes due when one contact changes, or one among many. */

#include "reminders.h"

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

int main(void)
{
        const struct CMUnitTest tests[] = {
                DUE_TEST(test_due_contact__a_listing_is_derived_only_for_its_contact),
                DUE_TEST(test_due_contact__other_events_are_not_touched),
                DUE_TEST(test_due_contact__a_change_during_a_fan_out_is_processed_once),
                DUE_TEST(test_due_contact__a_clock_set_back_brings_skipped_events_back),
                DUE_TEST(test_due_contact__many_events_take_several_batches),
                DUE_TEST(test_due_contact__many_contacts_are_derived_by_event),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
