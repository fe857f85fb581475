/* Reminders and notices of events without a duration. They end at their start (RFC 5545, 3.6.1). */

#include "remind/why.h"

#include "reminders.h"

#define START_ONLY "DTSTART:20270201T100000Z\r\n"
#define SAME_END   START_ONLY "DTEND:20270201T100000Z\r\n"
#define NO_LENGTH  START_ONLY "DURATION:PT0S\r\n"
#define AN_HOUR    START_ONLY "DURATION:PT1H\r\n"
#define A_DAY      "DTSTART;VALUE=DATE:20270201\r\n"
#define POINTLESS  " EXPIRED it had become pointless before the mail could go\n"

/* Processes the event if it is due, as the daemon does. The row keeps when it was processed before. */
static void look_if_due(Fixture *f, const char *when)
{
        assert_int_equal(due_process(f->store, f->config, id_of(f, "e@x"), 0, moment(when)), 0);
}

/* The daemon was down for a time and looks at @when again. */
static void test_due_process__a_reminder_at_the_start_goes(void **state)
{
        static const struct {
                int line;
                const char *event, *leads, *when, *expected;
        } rows[] = {
                { __LINE__, START_ONLY, "PT0S", "2027-02-01T10:00:00Z", "PT0S PENDING\n" },
                { __LINE__, SAME_END, "PT0S", "2027-02-01T10:00:00Z", "PT0S PENDING\n" },
                { __LINE__, NO_LENGTH, "PT0S", "2027-02-01T10:00:00Z", "PT0S PENDING\n" },
                { __LINE__, AN_HOUR, "PT0S", "2027-02-01T10:00:00Z", "PT0S PENDING\n" },
                { __LINE__, A_DAY, "PT0S", "2027-02-01T20:59:59Z", "PT0S PENDING\n" },
                { __LINE__, A_DAY, "PT0S", "2027-02-01T21:00:00Z", "PT0S" POINTLESS },
                { __LINE__, START_ONLY, "PT0S", "2027-02-01T10:59:59Z", "PT0S PENDING\n" },
                { __LINE__, START_ONLY, "PT0S", "2027-02-01T11:00:00Z", "PT0S" POINTLESS },
                { __LINE__, START_ONLY, "-PT2H", "2027-02-01T10:30:00Z", "-PT2H PENDING\n" },
                { __LINE__, START_ONLY, "P0D@13:00", "2027-02-01T10:00:00Z", "P0D@13:00 PENDING\n" },
                { __LINE__, START_ONLY, "P0D@15:00", "2027-02-01T12:00:00Z", "P0D@15:00" POINTLESS },
                { __LINE__, START_ONLY "RRULE:FREQ=DAILY;COUNT=2\r\n", "PT0S", "2027-02-02T10:20:00Z",
                                "PT0S" POINTLESS "PT0S PENDING\n" },
                { __LINE__, START_ONLY "RRULE:FREQ=DAILY;COUNT=2\r\n", "PT0S", "2027-02-02T11:20:00Z",
                                "PT0S" POINTLESS "PT0S" POINTLESS },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Fixture *f = *state;
                CLEANUP(buffer_done) Buffer found = BUFFER_INIT(65536);
                put_card(f, "guest", "EMAIL:guest@example.org\r\nTZ:Europe/Moscow\r\n");
                put_event(f, rows[i].event);
                subscribe(f, SUBSCRIBE_ALL, "", rows[i].leads);
                look_if_due(f, "2027-01-20T00:00:00Z");
                look_if_due(f, rows[i].when);
                assert_int_equal(ledger_each(f->store, 0, false, 1000, on_mail, &found), 0);
                if (strcmp(buffer_text(&found), rows[i].expected) != 0)
                        fail_msg("line %d: %s", rows[i].line, buffer_text(&found));
                assert_next(f, "never");
                tear_down(state);
                set_up(state);
        }
}

static void test_due_process__the_next_time_is_the_start(void **state)
{
        Fixture *f = *state;
        put_event(f, SAME_END "RRULE:FREQ=DAILY;COUNT=2\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "PT0S");
        look_if_due(f, "2027-02-01T09:59:59Z");
        /* The row of this quarter of an hour is there ahead of its time. */
        assert_next(f, "2027-02-01T10:00:00Z");
        look_if_due(f, "2027-02-01T10:00:00Z");
        assert_ledger(f, "PT0S PENDING\n");
        assert_next(f, "2027-02-02T10:00:00Z");
        look_if_due(f, "2027-02-02T10:00:00Z");
        assert_ledger(f, "PT0S PENDING\nPT0S PENDING\n");
        assert_next(f, "never");
}

/* To a contact who was listed only after the start, the event is over. */
static void test_due_process__a_subscriber_after_the_start_gets_nothing(void **state)
{
        Fixture *f = *state;
        put_event(f, SAME_END);
        subscribe(f, SUBSCRIBE_ALL, "", "-PT2H");
        look_if_due(f, "2027-01-20T00:00:00Z");
        put_card(f, "late", "EMAIL:late@example.org\r\n");
        assert_int_equal(subscription_put(f->store, id_of(f, "late"), SUBSCRIBE_ALL, "", "PT0S",
                                         moment("2027-02-01T10:05:00Z")),
                        0);
        look_if_due(f, "2027-02-01T10:10:00Z");
        assert_ledger(f, "-PT2H PENDING\n");
}

/* A series that is edited just after an instance has begun does not count as cancelled. */
static void test_due_process__an_edit_after_the_start_cancels_nothing(void **state)
{
        Fixture *f = *state;
        put_event(f, SAME_END "RRULE:FREQ=DAILY;COUNT=2\r\nLOCATION:Hall\r\n");
        subscribe(f, SUBSCRIBE_ALL, "", "PT0S");
        look_if_due(f, "2027-01-20T00:00:00Z");
        look_if_due(f, "2027-02-01T10:00:00Z");
        deliver(f, "2027-02-01T10:00:00Z");
        f->now = moment("2027-02-01T10:05:00Z");
        put_event(f, SAME_END "RRULE:FREQ=DAILY;COUNT=2\r\nLOCATION:Hall\r\nSUMMARY:Other\r\n");
        look_if_due(f, "2027-02-01T10:05:00Z");
        assert_rows(f, "reminder 20270201T100000Z|20270201T100000Z|20270201T100000Z|Hall SENT 250\n");
        put_event(f, SAME_END "RRULE:FREQ=DAILY;COUNT=2\r\nLOCATION:Yard\r\n");
        look_if_due(f, "2027-02-01T10:06:00Z");
        assert_rows(f, "reminder 20270201T100000Z|20270201T100000Z|20270201T100000Z|Hall SENT 250\n"
                       "change 20270201T100000Z|20270201T100000Z|20270201T100000Z|Yard PENDING\n");
}

static void test_why_not__an_event_that_has_just_begun_is_not_over(void **state)
{
        static const struct {
                int line;
                const char *event, *now;
                MailReason expected;
        } rows[] = {
                { __LINE__, START_ONLY, "2027-02-01T10:59:59Z", MAIL_REASON_NONE },
                { __LINE__, START_ONLY, "2027-02-01T11:00:00Z", MAIL_REASON_POINTLESS },
                { __LINE__, START_ONLY "RRULE:FREQ=DAILY;COUNT=2\r\n", "2027-02-02T10:30:00Z",
                                MAIL_REASON_NONE },
                { __LINE__, ONE, "2027-02-01T11:00:00Z", MAIL_REASON_POINTLESS },
        };
        Fixture *f = *state;
        subscribe(f, SUBSCRIBE_ALL, "", "PT0S");
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(object_record_freep) ObjectRecord *record = NULL, *contact = NULL;
                CLEANUP(event_freep) Event *event = NULL;
                CLEANUP(card_freep) Card *card = NULL;
                MailReason reason = MAIL_REASON_NOT_LISTED;
                put_event(f, rows[i].event);
                assert_int_equal(object_find(f->store, "e@x", &record), 0);
                assert_int_equal(object_find(f->store, "guest", &contact), 0);
                assert_int_equal(event_parse(f->zones, record->text, record->len, &event, NULL), 0);
                assert_int_equal(card_parse(contact->text, contact->len, &card, NULL), 0);
                const WhyQuestion question = { .store = f->store,
                        .config = f->config,
                        .contact = contact,
                        .card = card,
                        .record = record,
                        .event = event,
                        .now = moment(rows[i].now) };
                assert_int_equal(why_not(&question, &reason), 0);
                if (reason != rows[i].expected)
                        fail_msg("line %d: %d", rows[i].line, reason);
        }
}

#define MOMENT_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                MOMENT_TEST(test_due_process__a_reminder_at_the_start_goes),
                MOMENT_TEST(test_due_process__the_next_time_is_the_start),
                MOMENT_TEST(test_due_process__a_subscriber_after_the_start_gets_nothing),
                MOMENT_TEST(test_due_process__an_edit_after_the_start_cancels_nothing),
                MOMENT_TEST(test_why_not__an_event_that_has_just_begun_is_not_over),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
