/*
 * Bundles: reminders of one contact that are due at about the same time are one mail, whose rows change
 * their states together. Between any two steps, an event may change, the server may reject the mail, and
 * its reply may be lost.
 */

#include "bundles.h"
#include "remind/bundle.h"

#define ALL(state) "e " state ", talk " state ", visit " state ", dinner " state

static void test_bundle__reminders_of_one_moment_are_one_mail(void **state)
{
        Fixture *f = *state;
        put_three(f);
        assert_int_equal(n_offers(f), 1);
        send_offer(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 1);
        assert_int_equal(n_offers(f), 0);
        assert_rows(f, ALL("SENT+"));
        const char *mail = f->server.messages[0];
        assert_int_equal(count(mail, "BEGIN:VEVENT"), 4);
        assert_int_equal(count(mail, "BEGIN:VTIMEZONE"), 1);
        assert_int_equal(count(mail, "BEGIN:VCALENDAR"), 1);
}

static void cancel_visit(Fixture *f)
{
        put_event_at(f, "visit@x", VISIT, "Museum", "STATUS:CANCELLED\r\n");
}

static void mute_dinner(Fixture *f)
{
        usec_t now = clock_now(&f->clock);
        assert_int_equal(mute_put(f->store, f->contact, "dinner@x", now), 0);
        assert_int_equal(ledger_suppress_contact(
                                         f->store, f->contact, "dinner@x", MAIL_REASON_OPTED_OUT, now),
                        0);
}

static void move_talk(Fixture *f)
{
        put_event_at(f, "talk@x", "DTSTART:20270301T150000Z\r\nDTEND:20270301T160000Z\r\n", "Room 1", "");
        look(f);
}

static void test_bundle__what_changes_before_the_commit_leaves_it(void **state)
{
        Fixture *f = *state;
        put_three(f);
        send_offer(f, cancel_visit, NULL);
        assert_int_equal(f->server.n_messages, 0);
        assert_rows(f, ALL("PENDING"));
        look(f);
        later(f, 1);
        send_offer(f, mute_dinner, NULL);
        assert_int_equal(f->server.n_messages, 0);
        later(f, 1);
        send_offer(f, move_talk, NULL);
        assert_int_equal(f->server.n_messages, 0);
        later(f, 1);
        send_all(f);
        assert_rows(f, "e SENT+, talk CANCELLED, visit CANCELLED, dinner SUPPRESSED, talk SENT+");
        assert_int_equal(f->server.n_messages, 1);
        assert_null(strstr(f->server.messages[0], "Museum"));
}

static void take_talk(Fixture *f)
{
        const MailText text = { .message_id = "m", .bytes = "x", .len = 1 };
        assert_int_equal(ledger_commit_first_attempt(f->store, TALK_ROW, &text, clock_now(&f->clock)), 0);
        assert_int_equal(ledger_close(f->store, TALK_ROW, MAIL_SENT, MAIL_REASON_NONE, "250",
                                         clock_now(&f->clock)),
                        0);
}

static void test_bundle__a_row_that_does_not_wait_any_more_is_left_out(void **state)
{
        Fixture *f = *state;
        put_three(f);
        send_offer(f, take_talk, NULL);
        assert_int_equal(f->server.n_messages, 0);
        assert_rows(f, "e PENDING, talk SENT, visit PENDING, dinner PENDING");
        later(f, 1);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_rows(f, "e SENT+, talk SENT, visit SENT+, dinner SENT+");
}

static void test_bundle__without_a_reply_the_same_bytes_go_once_more(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        assert_rows(f, ALL("UNKNOWN+"));
        assert_int_equal(n_offers(f), 0);
        later(f, 20);
        assert_int_equal(n_offers(f), 1);
        f->server.answer = "250 taken";
        send_offer(f, NULL, NULL);
        assert_rows(f, ALL("SENT+"));
        assert_int_equal(f->server.n_messages, 2);
        assert_string_equal(f->server.messages[0], f->server.messages[1]);
        assert_int_equal(n_offers(f), 0);
}

static int on_parked(const MailRecord *mail, void *userdata)
{
        (void)userdata;
        fail_msg("mail %d is not repeated", (int)mail->id);
        return 0;
}

static void test_bundle__twice_without_a_reply_all_rows_are_parked(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        later(f, 20);
        send_offer(f, NULL, NULL);
        assert_rows(f, ALL("PARKED+"));
        later(f, 60);
        assert_int_equal(n_offers(f), 0);
        /* The next mail repeats all of them. */
        f->server.answer = "250 taken";
        end_listing(f);
        put_event_at(f, "late@x", "DTSTART:20270301T140000Z\r\nDTEND:20270301T150000Z\r\n", "Bar", "");
        look(f);
        send_all(f);
        assert_int_equal(f->server.n_messages, 3);
        assert_int_equal(ledger_parked_each(f->store, f->contact, clock_now(&f->clock), on_parked, NULL), 0);
}

static void send_next(Fixture *f, const char *uid)
{
        f->server.n_messages = 0;
        put_event_at(f, uid, "DTSTART:20270301T140000Z\r\nDTEND:20270301T150000Z\r\n", "Bar", "");
        look(f);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
}

/* More mails were parked than the next mail repeats: the mail after it repeats the others. */
static void test_bundle__each_parked_row_is_repeated_once(void **state)
{
        Fixture *f = *state;
        enum { N = 40 };
        int n[N] = { 0 };
        put_card(f, "LANG:en\r\n");
        clock_init_rehearsed(&f->clock, at("2027-02-28T16:00:01Z"));
        end_listing(f);
        for (int i = 0; i < N; i++)
                put_titled(f, i);
        look(f);
        f->server.answer = NULL;
        for (int times = 0; times < 2; times++, later(f, 20))
                send_all(f);
        f->server.answer = "250 taken";
        for (int i = 0; i < 3; i++) {
                char title[32];
                send_next(f, (const char *[]){ "next@x", "third@x", "last@x" }[i]);
                for (int k = 0; k < N; k++) {
                        snprintf(title, sizeof(title), "Title-%d-", k);
                        n[k] += strstr(f->server.messages[0], title) != NULL;
                }
        }
        for (int k = 0; k < N; k++)
                assert_int_equal(n[k], 1);
}

/* A refusal parks the mails about this event. Each of the others has its second attempt, alone. */
static void test_bundle__a_refusal_after_the_commit_concerns_its_row(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        mute_dinner(f);
        assert_rows(f, "e PENDING!, talk PENDING!, visit PENDING!, dinner PARKED!");
        f->server.answer = "250 taken";
        send_all(f);
        assert_rows(f, "e SENT!, talk SENT!, visit SENT!, dinner PARKED!");
        assert_int_equal(f->server.n_messages, 4);
}

static void move_visit(Fixture *f)
{
        put_event_at(f, "visit@x", VISIT, "Gallery", "SUMMARY:Visit\r\n");
}

/* A notice tells of the change. The other rows have their second attempt: at most two copies of each. */
static void test_bundle__a_change_after_the_commit_concerns_its_row(void **state)
{
        static const Interlude changes[] = { cancel_visit, move_visit };
        for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
                Fixture *f = *state;
                put_three(f);
                f->server.answer = NULL;
                send_offer(f, NULL, NULL);
                changes[i](f);
                later(f, 20);
                send_offer(f, NULL, NULL);
                assert_rows(f, ALL("PENDING!"));
                /* The ledger still has the occurrences that the first copy told. */
                look(f);
                assert_rows(f, ALL("PENDING!") ", visit PENDING");
                for (int n = 0; n < ROWS_MAX && n_offers(f) > 0; n++)
                        send_offer(f, NULL, NULL);
                assert_rows(f, "e PARKED!, talk PARKED!, visit PARKED!, dinner PARKED!, visit UNKNOWN");
                assert_int_equal(f->server.n_messages, 1 + 3 + 1);
                end(state);
                set_up(state);
        }
}

static void test_bundle__a_cancelled_event_parks_the_mail_that_may_have_arrived(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        cancel_visit(f);
        later(f, 20);
        send_offer(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 1);
        /* The contact may have been told of the visit, and hears that it is cancelled. */
        f->server.answer = "250 taken";
        look(f);
        send_all(f);
        assert_rows(f, "e SENT!, talk SENT!, visit PARKED!, dinner SENT!, visit SENT");
}

static void test_bundle__a_deferred_mail_is_composed_again(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.answer = "451 later";
        send_offer(f, NULL, NULL);
        assert_rows(f, ALL("PENDING"));
        cancel_visit(f);
        look(f);
        later(f, 2);
        f->server.answer = "250 taken";
        send_all(f);
        assert_int_equal(f->server.n_messages, 2);
        assert_null(strstr(f->server.messages[1], "Museum"));
        assert_rows(f, "e SENT+, talk SENT+, visit CANCELLED, dinner SENT+");
}

static void test_bundle__before_the_commit_all_rows_wait_together(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.rcpt = "450 greylisted";
        send_offer(f, NULL, NULL);
        assert_rows(f, ALL("PENDING"));
        assert_int_equal(n_offers(f), 0);
        later(f, 2);
        f->server.rcpt = "250 ok";
        assert_int_equal(n_offers(f), 1);
        send_all(f);
        assert_int_equal(f->server.n_messages, 1);
        assert_rows(f, ALL("SENT+"));
}

/* Another mail, of an event that was put meanwhile, takes the rows along, and is with the server. */
static void commit_another(Fixture *f)
{
        int64_t ids[ROWS_MAX];
        MailCompanion companions[] = { { 1, "", "", 0, NULL, 0 }, { TALK_ROW, "", "", 0, NULL, 0 },
                { VISIT_ROW, "", "", 0, NULL, 0 }, { DINNER_ROW, "", "", 0, NULL, 0 } };
        put_event_at(f, "ball@x", "DTSTART:20270301T150000Z\r\nDTEND:20270301T220000Z\r\n", "Hall", "");
        look(f);
        assert_int_equal(offers(f, ids), 1);
        assert_int_not_equal(ids[0], f->mail);
        const MailText text = {
                .message_id = "x@y", .bytes = "x", .len = 1, .companions = companions, .n_companions = 4
        };
        assert_int_equal(ledger_commit_first_attempt(f->store, ids[0], &text, clock_now(&f->clock)), 0);
}

static void test_bundle__a_rejection_leaves_the_rows_of_another_mail(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.rcpt = "550 5.1.1 unknown";
        send_offer(f, commit_another, NULL);
        assert_rows(f, ALL("COMMITTED+") ", ball COMMITTED+");
}

static void test_bundle__a_rejected_recipient_fails_all_rows(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.rcpt = "550 5.1.1 no such user";
        send_offer(f, NULL, NULL);
        assert_rows(f, ALL("FAILED"));
}

static void test_bundle__a_rejected_message_is_sent_in_pieces(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.answer = "552 5.3.4 message too big";
        send_offer(f, NULL, NULL);
        assert_rows(f, ALL("PENDING!"));
        f->server.answer = "250 taken";
        assert_int_equal(n_offers(f), 4);
        send_all(f);
        assert_rows(f, ALL("SENT!"));
        assert_int_equal(f->server.n_messages, 5);
        assert_int_equal(count(f->server.messages[4], "BEGIN:VEVENT"), 1);
}

static void test_bundle__a_message_that_is_rejected_alone_fails(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.answer = "554 5.6.0 never";
        send_all(f);
        assert_rows(f, ALL("FAILED!"));
        assert_int_equal(f->server.n_messages, 5);
}

static void test_bundle__an_interrupted_mail_is_recovered_as_one(void **state)
{
        Fixture *f = *state;
        LedgerRecovery found;
        put_three(f);
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        later(f, 20);
        usec_t now = clock_now(&f->clock);
        assert_int_equal(ledger_commit_attempt(f->store, f->mail, now), 0);
        assert_rows(f, ALL("COMMITTED+"));
        assert_int_equal(ledger_recover(f->store, now, now, NULL, NULL, &found), 0);
        assert_int_equal(found.n_parked, 1);
        assert_rows(f, ALL("PARKED+"));
}

static void test_bundle__a_returned_mail_concerns_all_rows(void **state)
{
        Fixture *f = *state;
        put_three(f);
        f->server.answer = NULL;
        send_offer(f, NULL, NULL);
        assert_int_equal(ledger_came_back(f->store, f->mail, "5.1.1 no", clock_now(&f->clock)), 0);
        assert_rows(f, ALL("SENT+"));
}

static void test_bundle__failed_rows_can_be_sent_again(void **state)
{
        Fixture *f = *state;
        int64_t n = 0;
        put_three(f);
        f->server.answer = "550 5.2.2 mailbox full";
        send_offer(f, NULL, NULL);
        assert_rows(f, ALL("FAILED+"));
        f->server.answer = "250 taken";
        LedgerFilter filter = { .uid = "talk@x" };
        assert_int_equal(ledger_release(f->store, &filter, clock_now(&f->clock), &n), 0);
        assert_rows(f, "e FAILED+, talk PENDING, visit FAILED+, dinner FAILED+");
        filter.uid = NULL;
        assert_int_equal(ledger_release(f->store, &filter, clock_now(&f->clock), &n), 0);
        assert_rows(f, ALL("PENDING"));
        send_all(f);
        assert_rows(f, ALL("SENT+"));
        assert_int_equal(f->server.n_messages, 2);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                BUNDLE_TEST(test_bundle__reminders_of_one_moment_are_one_mail),
                BUNDLE_TEST(test_bundle__what_changes_before_the_commit_leaves_it),
                BUNDLE_TEST(test_bundle__a_row_that_does_not_wait_any_more_is_left_out),
                BUNDLE_TEST(test_bundle__without_a_reply_the_same_bytes_go_once_more),
                BUNDLE_TEST(test_bundle__twice_without_a_reply_all_rows_are_parked),
                BUNDLE_TEST(test_bundle__each_parked_row_is_repeated_once),
                BUNDLE_TEST(test_bundle__a_refusal_after_the_commit_concerns_its_row),
                BUNDLE_TEST(test_bundle__a_change_after_the_commit_concerns_its_row),
                BUNDLE_TEST(test_bundle__a_cancelled_event_parks_the_mail_that_may_have_arrived),
                BUNDLE_TEST(test_bundle__a_deferred_mail_is_composed_again),
                BUNDLE_TEST(test_bundle__before_the_commit_all_rows_wait_together),
                BUNDLE_TEST(test_bundle__a_rejection_leaves_the_rows_of_another_mail),
                BUNDLE_TEST(test_bundle__a_rejected_recipient_fails_all_rows),
                BUNDLE_TEST(test_bundle__a_rejected_message_is_sent_in_pieces),
                BUNDLE_TEST(test_bundle__a_message_that_is_rejected_alone_fails),
                BUNDLE_TEST(test_bundle__an_interrupted_mail_is_recovered_as_one),
                BUNDLE_TEST(test_bundle__a_returned_mail_concerns_all_rows),
                BUNDLE_TEST(test_bundle__failed_rows_can_be_sent_again),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
