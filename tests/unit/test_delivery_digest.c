/* Tests digests that are refused, unknown or parked: each of their entries has a state of its own. */

#include "interludes.h"

/* Replaces the fixture's mail with a digest of the same event. */
static void make_digest(Fixture *f, const char *more)
{
        char card[256];
        snprintf(card, sizeof(card), "X-CONVENED-DIGEST:DAILY@18:00\r\n%s", more);
        put_card(f, card);
        damage(f, "UPDATE mail SET kind = 'agenda', uid = '', object = 0, due = next_attempt");
}

static int on_told(const MailRecord *told, void *userdata)
{
        assert_string_equal(told->uid, "e@x");
        ++*(int *)userdata;
        return 0;
}

static void assert_told(Fixture *f, int expected)
{
        int n = 0;
        assert_int_equal(ledger_told_by(f->store, f->mail, on_told, &n), 0);
        assert_int_equal(n, expected);
}

static void test_delivery__a_digest_names_no_event_that_was_refused_before_its_commit(void **state)
{
        Fixture *f = *state;
        static const Interlude refusals[] = { mute_event, unsubscribe };
        make_digest(f, "");
        for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
                assert_int_equal(contact_restore(f->store, f->contact), 0);
                send_with(f, refusals[i], NULL);
                assert_row(f, f->mail, MAIL_PENDING, "Hall");
        }
        send_with(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 0);
        assert_row(f, f->mail, MAIL_SUPPRESSED, "Hall");
}

static void test_delivery__the_entries_of_a_digest_are_those_of_the_sent_bytes(void **state)
{
        Fixture *f = *state;
        make_digest(f, "");
        f->server.answer = "451 later";
        send_with(f, NULL, NULL);
        assert_told(f, 0);
        move_to_the_yard(f);
        f->server.answer = "250 taken";
        send_with(f, NULL, NULL);
        assert_told(f, 1);
        look(f);
        assert_int_equal(next_mail(f), 0);
        put_event(f, "Hall", "");
        look(f);
        assert_row(f, next_mail(f), MAIL_PENDING, "Hall");
}

static void test_delivery__an_unknown_digest_is_sent_again_only_while_correct(void **state)
{
        Fixture *f = *state;
        static const Interlude changes[] = { NULL, rename_event, move_to_the_yard, mute_event, unsubscribe };
        static const MailState states[] = { MAIL_SENT, MAIL_SENT, MAIL_PARKED, MAIL_PARKED, MAIL_PARKED };
        for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
                assert_int_equal(contact_restore(f->store, f->contact), 0);
                put_event(f, "Hall", "");
                damage(f, "UPDATE mail SET state = 1, attempts = 0, next_attempt = due; DELETE FROM told;");
                make_digest(f, "");
                f->server.answer = NULL;
                send_with(f, NULL, NULL);
                assert_row(f, f->mail, MAIL_UNKNOWN, "Hall");
                if (changes[i])
                        changes[i](f);
                f->server.answer = "250 taken";
                send_with(f, NULL, NULL);
                assert_row(f, f->mail, states[i], "Hall");
        }
}

static int on_parked(const MailRecord *mail, void *userdata)
{
        int *n = userdata;
        assert_true(strcmp(mail->uid, "e@x") == 0 || strcmp(mail->uid, "talk@x") == 0);
        ++*n;
        return 0;
}

static int n_parked(Fixture *f)
{
        int n = 0;
        assert_int_equal(ledger_parked_each(f->store, f->contact, clock_now(&f->clock), on_parked, &n), 0);
        return n;
}

static const char TALK[] = "DTSTART:20270301T120000Z\r\nDTEND:20270301T130000Z\r\n";

static const char *send_notice(Fixture *f)
{
        look(f);
        f->mail = next_mail(f);
        assert_true(f->mail > 0);
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_SENT, "Yard");
        return f->server.messages[f->server.n_messages - 1];
}

/* An entry that was changed since is told by its notice; the others are repeated by the next mail, once. */
static void test_delivery__the_next_mail_repeats_the_entries_of_a_parked_digest(void **state)
{
        Fixture *f = *state;
        put_event_at(f, "talk@x", TALK, "Room 1", "SUMMARY:Talk-about\r\n");
        make_digest(f, "LANG:en\r\n");
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_PARKED, "Hall");
        assert_int_equal(n_parked(f), 2);
        f->server.answer = "250 taken";
        put_event(f, "Yard", "");
        const char *notice = send_notice(f);
        assert_non_null(strstr(notice, "Talk-about"));
        assert_non_null(strstr(notice, "An earlier message about this"));
        assert_int_equal(n_parked(f), 0);
        put_event_at(f, "talk@x", TALK, "Yard", "SUMMARY:Talk-about\r\n");
        assert_null(strstr(send_notice(f), "Hall"));
}

/* The next digest lists the same events itself. */
static void test_delivery__the_next_digest_lists_the_entries_of_a_parked_one_once(void **state)
{
        Fixture *f = *state;
        put_event_at(f, "talk@x", TALK, "Room 1", "SUMMARY:Talk-about\r\n");
        make_digest(f, "LANG:en\r\n");
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        send_with(f, NULL, NULL);
        damage(f, "INSERT INTO mail (key, kind, contact, object, uid, recurrence_id, start, rule, state, attempts, tries, due, next_attempt,"
                  " expires, message_id, token, reply, created, updated)"
                  " SELECT x'00', kind, contact, 0, '', '', start, rule, 1, 0, 0, due, due, expires, '', 'other', '', created, updated"
                  " FROM mail WHERE kind = 'agenda'");
        f->server.answer = "250 taken";
        f->mail = next_mail(f);
        send_with(f, NULL, NULL);
        const char *mail = f->server.messages[f->server.n_messages - 1];
        assert_non_null(strstr(mail, "Talk-about"));
        assert_null(strstr(mail, "An earlier message about this"));
        assert_int_equal(n_parked(f), 0);
}

int main(void)
{
#define DELIVERY_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                DELIVERY_TEST(test_delivery__a_digest_names_no_event_that_was_refused_before_its_commit),
                DELIVERY_TEST(test_delivery__the_entries_of_a_digest_are_those_of_the_sent_bytes),
                DELIVERY_TEST(test_delivery__an_unknown_digest_is_sent_again_only_while_correct),
                DELIVERY_TEST(test_delivery__the_next_mail_repeats_the_entries_of_a_parked_digest),
                DELIVERY_TEST(test_delivery__the_next_digest_lists_the_entries_of_a_parked_one_once),
        };
        return smtp_global_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
