/* Tests which reminders are due closely enough to be one mail. */

#include "bundles.h"
#include "remind/bundle.h"

/* The rows of two events are ready at different times: one waits for its next attempt. */
static void test_bundle__what_is_due_within_a_quarter_of_an_hour_goes_along(void **state)
{
        Fixture *f = *state;
        put_three(f);
        usec_t now = clock_now(&f->clock);
        assert_int_equal(ledger_postpone(f->store, DINNER_ROW, now + 14 * 60 * USEC_PER_SEC,
                                         MAIL_REASON_NONE, now),
                        0);
        assert_int_equal(ledger_postpone(f->store, VISIT_ROW, now + 16 * 60 * USEC_PER_SEC, MAIL_REASON_NONE,
                                         now),
                        0);
        send_all(f);
        assert_rows(f, "e SENT+, talk SENT+, visit PENDING, dinner SENT+");
        assert_int_equal(f->server.n_messages, 1);
}

/* A reminder goes earlier with another of its quarter of an hour, and on time if it is alone. */
static void test_bundle__what_fires_in_the_same_quarter_goes_along(void **state)
{
        Fixture *f = *state;
        clock_init_rehearsed(&f->clock, at("2027-02-28T12:00:01Z"));
        put_event_at(f, "talk@x", TALK, "Room 1", "");
        put_event_at(f, "soon@x", "DTSTART:20270301T121000Z\r\nDURATION:PT1H\r\n", "Room 2", "");
        put_event_at(f, "next@x", "DTSTART:20270301T122000Z\r\nDURATION:PT1H\r\n", "Room 3", "");
        look(f);
        end_listing(f);
        assert_rows(f, "e PENDING, talk PENDING, soon PENDING");
        send_all(f);
        assert_rows(f, "e SENT+, talk SENT+, soon SENT+");
        assert_int_equal(f->server.n_messages, 1);
        later(f, 10);
        look(f);
        assert_int_equal(n_offers(f), 0);
        later(f, 6);
        look(f);
        assert_rows(f, "e SENT+, talk SENT+, soon SENT+, next PENDING");
        assert_int_equal(n_offers(f), 0);
        later(f, 5);
        look(f);
        send_all(f);
        assert_rows(f, "e SENT+, talk SENT+, soon SENT+, next SENT");
}

/* Two leads of one event in a quarter of an hour are one mail, which names the event once. */
static void test_bundle__two_leads_of_one_event_are_one_mail(void **state)
{
        Fixture *f = *state;
        const char *leads = "-P1D@18:00,-P1D@18:10";
        assert_int_equal(subscription_put(f->store, f->contact, SUBSCRIBE_ALL, "", leads, at(LONG_AGO)), 0);
        clock_init_rehearsed(&f->clock, at("2027-02-28T15:00:01Z"));
        put_card(f, "LANG:en\r\n");
        send_all(f);
        put_event_at(f, "talk@x", TALK, "Room 1", "SUMMARY:Talk\r\n");
        put_event_at(f, "visit@x", VISIT, "Museum", "SUMMARY:Visit\r\n");
        look(f);
        end_listing(f);
        f->server.n_messages = 0;
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_int_equal(count(f->server.messages[0], "UID:talk@x"), 1);
        assert_int_equal(count(f->server.messages[0], "UID:visit@x"), 1);
        assert_rows(f, "e SENT, talk SENT+, talk SENT+, visit SENT+, visit SENT+");
}

/*
 * So are three leads when there are more rows than one mail has room for. The room is not a multiple of
 * three, so that it would part the rows of an event.
 */
static void test_bundle__three_leads_of_many_events_are_together(void **state)
{
        Fixture *f = *state;
        enum { N = 40 };
        const char *leads = "-P1D@18:00,-P1D@18:05,-P1D@18:10";
        assert_int_not_equal(BUNDLE_MAX % 3, 0);
        assert_int_equal(subscription_put(f->store, f->contact, SUBSCRIBE_ALL, "", leads, at(LONG_AGO)), 0);
        clock_init_rehearsed(&f->clock, at("2027-02-28T15:00:01Z"));
        put_card(f, "LANG:en\r\n");
        send_all(f);
        for (int i = 0; i < N; i++)
                put_titled(f, i);
        look(f);
        end_listing(f);
        f->server.n_messages = 0;
        send_all(f);
        for (int i = 0, n = 0; i < N; i++, n = 0) {
                char line[32];
                snprintf(line, sizeof(line), "UID:%d@x", i);
                for (int k = 0; k < f->server.n_messages; k++)
                        n += count(f->server.messages[k], line);
                assert_int_equal(n, 1);
        }
}

static void test_bundle__what_changes_before_it_fires_is_withdrawn(void **state)
{
        Fixture *f = *state;
        clock_init_rehearsed(&f->clock, at("2027-02-28T12:00:01Z"));
        end_listing(f);
        send_all(f);
        put_event_at(f, "soon@x", "DTSTART:20270301T121000Z\r\nDURATION:PT1H\r\n", "Room 2", "");
        look(f);
        assert_rows(f, "e SENT, soon PENDING");
        assert_int_equal(n_offers(f), 0);
        put_event_at(f, "soon@x", "DTSTART:20270301T181000Z\r\nDURATION:PT1H\r\n", "Room 2", "");
        look(f);
        assert_rows(f, "e SENT");
}

static void test_bundle__a_fan_out_under_way_is_waited_for(void **state)
{
        Fixture *f = *state;
        put_three(f);
        assert_int_equal(n_offers(f), 1);
        put_event_at(f, "more@x", TALK, "Room 2", "");
        assert_int_equal(n_offers(f), 0);
        look(f);
        assert_int_equal(n_offers(f), 1);
        /* Not for long. */
        put_event_at(f, "another@x", TALK, "Room 3", "");
        assert_int_equal(n_offers(f), 0);
        later(f, 1);
        assert_int_equal(n_offers(f), 1);
}

static void put_forum(Fixture *f)
{
        clock_init_rehearsed(&f->clock, at("2027-02-28T16:00:01Z"));
        put_event_at(f, "forum@x", "DTSTART:20270301T090000Z\r\nDTEND:20270301T170000Z\r\n", "Hall",
                        "SUMMARY:Forum\r\n");
        put_event_at(f, "first@x", VISIT, "Hall 1", "SUMMARY:First part\r\nRELATED-TO:forum@x\r\n");
        put_event_at(f, "second@x", TALK, "Hall 2", "SUMMARY:Second part\r\nRELATED-TO:forum@x\r\n");
        look(f);
        end_listing(f);
}

static void test_bundle__a_whole_and_its_parts_end_in_one_commit(void **state)
{
        Fixture *f = *state;
        put_event(f, "Hall", "STATUS:CANCELLED\r\n");
        look(f);
        send_all(f);
        put_forum(f);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_rows(f, "e CANCELLED, forum SENT+, first SENT+, second SENT+");
        assert_int_equal(count(f->server.messages[0], "BEGIN:VEVENT"), 1);
}

static void test_bundle__a_whole_and_another_event(void **state)
{
        Fixture *f = *state;
        put_forum(f);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_rows(f, "e SENT+, forum SENT+, first SENT+, second SENT+");
        assert_int_equal(count(f->server.messages[0], "BEGIN:VEVENT"), 2);
}

static usec_t expires_of(Fixture *f, int64_t id)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        return mail->expires;
}

static void test_bundle__what_was_told_counts_until_the_end_that_was_told(void **state)
{
        Fixture *f = *state;
        put_three(f);
        put_event_at(f, "e@x", "DTSTART:20270301T100000Z\r\nDTEND:20270301T180000Z\r\n", "Hall", "");
        put_event_at(f, "talk@x", "DTSTART:20270301T120000Z\r\nDTEND:20270301T190000Z\r\n", "Room 1", "");
        later(f, 5);
        send_offer(f, NULL, NULL);
        assert_rows(f, "e SENT+, talk SENT+, visit SENT+, dinner SENT+");
        assert_true(expires_of(f, 1) == at("2027-03-01T18:00:00Z"));
        assert_true(expires_of(f, TALK_ROW) == at("2027-03-01T19:00:00Z"));
}

/* The part is on a later day, so that it has no reminder of its own yet. */
static void put_part(Fixture *f, const char *place)
{
        put_event_at(f, "part@x", "DTSTART:20270302T120000Z\r\nDTEND:20270302T130000Z\r\n", place,
                        "SUMMARY:Part\r\nRELATED-TO:forum@x\r\n");
}

/* The reader has the first copy: what it says is compared with what the second one would say. */
static void test_bundle__a_second_copy_does_not_replace_what_was_told_of_a_part(void **state)
{
        Fixture *f = *state;
        clock_init_rehearsed(&f->clock, at("2027-02-28T16:00:01Z"));
        put_event_at(f, "forum@x", "DTSTART:20270301T090000Z\r\nDTEND:20270303T170000Z\r\n", "Hall",
                        "SUMMARY:Forum\r\n");
        put_part(f, "Museum");
        look(f);
        end_listing(f);
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        assert_rows(f, "e UNKNOWN+, forum UNKNOWN+");
        put_part(f, "Theatre");
        later(f, 20);
        send_offer(f, NULL, NULL);
        assert_rows(f, "e PENDING!, forum PENDING!");
        f->server.answer = "554 5.6.0 no";
        send_all(f);
        look(f);
        assert_rows(f, "e FAILED!, forum PARKED!, part PENDING");
}

/* A damaged event of one parked mail concerns no other mail. */
static void test_bundle__a_damaged_event_of_a_parked_mail_holds_up_no_other(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        later(f, 20);
        send_offer(f, NULL, NULL);
        assert_rows(f, "e PARKED+, talk PARKED+, visit PARKED+, dinner PARKED+");
        damage(f, "UPDATE object SET resource = '' WHERE uid = 'visit@x'");
        f->server.answer = "250 taken";
        later(f, 60);
        put_event_at(f, "late@x", "DTSTART:20270301T140000Z\r\nDTEND:20270301T150000Z\r\n", "Bar", "");
        look(f);
        end_listing(f);
        send_offer(f, NULL, NULL);
        assert_rows(f, "e PARKED+, talk PARKED+, visit PARKED+, dinner PARKED+, late SENT");
}

/* The texts of these events do not fit into one mail. */
static void test_bundle__many_long_events_are_several_mails(void **state)
{
        Fixture *f = *state;
        enum { N = 60 };
        char more[4 * 1024] = "DESCRIPTION:";
        int n_mails = 0;
        clock_init_rehearsed(&f->clock, at("2027-02-28T16:00:01Z"));
        end_listing(f);
        while (strlen(more) < 1000)
                strcat(more, "&&&&&&&&&&&& ");
        strcat(more, "\r\n");
        for (int i = 0; i < N; i++) {
                char uid[32];
                snprintf(uid, sizeof(uid), "%d@x", i);
                put_event_at(f, uid, VISIT, more + 12, more);
        }
        look(f);
        int64_t counts[MAIL_PARKED + 1];
        for (; n_offers(f) > 0; n_mails++) {
                f->server.n_messages = 0;
                assert_true(n_mails < N);
                send_offer(f, NULL, NULL);
        }
        assert_int_equal(ledger_counts(f->store, counts), 0);
        assert_int_equal(counts[MAIL_SENT], N + 1);
        assert_true(n_mails > N / BUNDLE_MAX + 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                BUNDLE_TEST(test_bundle__what_is_due_within_a_quarter_of_an_hour_goes_along),
                BUNDLE_TEST(test_bundle__what_fires_in_the_same_quarter_goes_along),
                BUNDLE_TEST(test_bundle__two_leads_of_one_event_are_one_mail),
                BUNDLE_TEST(test_bundle__three_leads_of_many_events_are_together),
                BUNDLE_TEST(test_bundle__what_changes_before_it_fires_is_withdrawn),
                BUNDLE_TEST(test_bundle__a_fan_out_under_way_is_waited_for),
                BUNDLE_TEST(test_bundle__a_whole_and_its_parts_end_in_one_commit),
                BUNDLE_TEST(test_bundle__a_whole_and_another_event),
                BUNDLE_TEST(test_bundle__what_was_told_counts_until_the_end_that_was_told),
                BUNDLE_TEST(test_bundle__a_second_copy_does_not_replace_what_was_told_of_a_part),
                cmocka_unit_test_setup_teardown(
                                test_bundle__a_damaged_event_of_a_parked_mail_holds_up_no_other, set_up,
                                tear_down),
                BUNDLE_TEST(test_bundle__many_long_events_are_several_mails),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
