/*
 * Tests the delivery of one mail with an edit, a rejection or a lost reply between two steps. The server is
 * a thread of this process; the ledger writer and the store are the daemon's.
 */

#include "interludes.h"

static void stop_all(Fixture *f)
{
        assert_int_equal(contact_stop(f->store, f->contact, MAIL_REASON_OPTED_OUT, clock_now(&f->clock)), 0);
}

static void turn_reminders_off(Fixture *f)
{
        put_card(f, "X-CONVENED-REMINDERS:OFF\r\n");
}

static void test_delivery__an_edit_before_the_commit_composes_the_mail_again(void **state)
{
        Fixture *f = *state;
        send_with(f, move_to_the_yard, NULL);
        assert_int_equal(f->server.n_messages, 0);
        assert_row(f, f->mail, MAIL_PENDING, "Hall");
        send_with(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 1);
        assert_non_null(strstr(f->server.messages[0], "Yard"));
        assert_null(strstr(f->server.messages[0], "Hall"));
        assert_row(f, f->mail, MAIL_SENT, "Yard");
        look(f);
        assert_int_equal(next_mail(f), 0); /* the mail is still correct: no notice */
}

static void test_delivery__an_edit_before_the_reply_causes_a_notice(void **state)
{
        Fixture *f = *state;
        send_with(f, NULL, move_to_the_yard);
        assert_row(f, f->mail, MAIL_SENT, "Hall");
        look(f);
        int64_t notice = next_mail(f);
        assert_true(notice > f->mail);
        assert_row(f, notice, MAIL_PENDING, "Yard");
}

/* Moves the event and lets the engine process the edit during the delivery. */
static void move_and_look(Fixture *f)
{
        put_event(f, "Yard", "");
        look(f);
}

static void test_delivery__an_event_that_changed_during_the_delivery_is_due_again(void **state)
{
        Fixture *f = *state;
        usec_t next = 0;
        send_with(f, NULL, move_and_look);
        assert_int_equal(due_index_next(f->store, &next), 0);
        assert_true(next == 0);
        look(f);
        assert_row(f, next_mail(f), MAIL_PENDING, "Yard");
}

static usec_t expires_of(Fixture *f, int64_t id)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        return mail->expires;
}

static void test_delivery__what_was_told_counts_until_the_end_that_was_told(void **state)
{
        Fixture *f = *state;
        put_event_at(f, "e@x", "DTSTART:20270301T100000Z\r\nDTEND:20270301T180000Z\r\n", "Hall", "");
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_SENT, "Hall");
        assert_true(expires_of(f, f->mail) == at("2027-03-01T18:00:00Z"));
}

static void test_delivery__a_deferred_mail_is_composed_again(void **state)
{
        Fixture *f = *state;
        f->server.answer = "451 later";
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_PENDING, "Hall");
        rename_event(f);
        move_to_the_yard(f);
        f->server.answer = "250 taken";
        send_with(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 2);
        assert_non_null(strstr(f->server.messages[1], "Yard"));
        assert_row(f, f->mail, MAIL_SENT, "Yard");
}

static void assert_waits(Fixture *f, MailReason reason, const char *reply, int minutes)
{
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        bool suppressed = true;
        assert_int_equal(ledger_get(f->store, f->mail, &mail), 0);
        assert_string_equal(mail_state_name(mail->state), "PENDING");
        assert_string_equal(mail_reason_name(mail->reason), mail_reason_name(reason));
        assert_string_equal(mail->reply, reply);
        usec_t wait = mail->next_attempt - clock_now(&f->clock);
        assert_true(wait > (minutes - 1) * 60 * USEC_PER_SEC && wait <= minutes * 60 * USEC_PER_SEC);
        assert_int_equal(suppression_is_suppressed(f->store, f->contact, "g@example.org", &suppressed), 0);
        assert_false(suppressed);
}

static DeliveryServer send_once(Fixture *f)
{
        Delivery *delivery = begin(f);
        while (delivery_stage(delivery) != DELIVERY_DONE)
                if (delivery_stage(delivery) == DELIVERY_SENDING)
                        go_on_sending(f, delivery);
                else
                        wait_for_writer(f, delivery);
        DeliveryServer server = delivery_server(delivery);
        delivery_free(delivery);
        return server;
}

/* A reply to RCPT other than 421 is no trouble of the server: the throttle goes on with other mails. */
static void test_delivery__a_refused_recipient_holds_up_no_other(void **state)
{
        Fixture *f = *state;
        f->server.rcpt = "450 4.2.0 Greylisted";
        assert_int_equal(send_once(f), DELIVERY_SERVER_WORKS);
        assert_waits(f, MAIL_REASON_NONE, "450 4.2.0 Greylisted", 1);
        f->server.rcpt = "421 4.3.2 going down";
        assert_int_equal(send_once(f), DELIVERY_SERVER_TROUBLE);
        assert_waits(f, MAIL_REASON_SERVER, "421 4.3.2 going down", 2);
        f->server.rcpt = "501 malformed address";
        assert_int_equal(send_once(f), DELIVERY_SERVER_WORKS);
        assert_row(f, f->mail, MAIL_FAILED, "Hall");
}

/* A quota or a policy is not the contact's fault: the mail waits, and is sent after the repair. */
static void test_delivery__a_refusal_of_the_sender_waits(void **state)
{
        Fixture *f = *state;
        LedgerTrouble trouble = { .n = 0 };
        f->server.rcpt = "554-5.7.1 <g@example.org>: Relay\r\n554 5.7.1 access denied";
        assert_int_equal(send_once(f), DELIVERY_SERVER_WORKS);
        assert_waits(f, MAIL_REASON_OURS, "554 5.7.1 <g@example.org>: Relay access denied", 30);
        f->server.rcpt = "250 ok";
        f->server.answer = "550 5.4.5 Daily user sending limit exceeded";
        assert_int_equal(send_once(f), DELIVERY_SERVER_WORKS);
        assert_waits(f, MAIL_REASON_OURS, "550 5.4.5 Daily user sending limit exceeded", 30);
        assert_int_equal(ledger_trouble(f->store, clock_now(&f->clock), &trouble), 0);
        assert_int_equal(trouble.reason, MAIL_REASON_OURS);
        assert_int_equal(trouble.n, 1);
        assert_string_equal(trouble.reply, "550 5.4.5 Daily user sending limit exceeded");
        f->server.answer = "250 taken";
        send_once(f);
        assert_row(f, f->mail, MAIL_SENT, "Hall");
        assert_int_equal(ledger_trouble(f->store, clock_now(&f->clock), &trouble), 0);
        assert_int_equal(trouble.n, 0);
}

static const char *message_id(const char *message)
{
        const char *id = strstr(message, "Message-Id: ");
        return id ? id : strstr(message, "Message-ID: ");
}

static void test_delivery__an_unknown_mail_is_sent_again_unchanged(void **state)
{
        Fixture *f = *state;
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_UNKNOWN, "Hall");
        rename_event(f); /* time and location in the mail are still correct */
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_PARKED, "Hall");
        assert_int_equal(f->server.n_messages, 2);
        assert_string_equal(f->server.messages[0], f->server.messages[1]);
        assert_non_null(message_id(f->server.messages[0]));
}

static void test_delivery__an_outdated_unknown_mail_is_replaced_by_a_notice(void **state)
{
        Fixture *f = *state;
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        move_to_the_yard(f);
        look(f);
        send_with(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 1);
        assert_row(f, f->mail, MAIL_PARKED, "Hall");
        assert_row(f, next_mail(f), MAIL_PENDING, "Yard");
}

/*
 * The notice was sent last: after a second copy of the reminder the recipient would believe the older state.
 */
static void test_delivery__an_unknown_mail_is_not_sent_after_a_newer_one(void **state)
{
        Fixture *f = *state;
        int64_t reminder = f->mail;
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        f->server.answer = "250 taken";
        move_and_look(f);
        f->mail = next_mail(f);
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_SENT, "Yard");
        put_event(f, "Hall", "");
        int before = f->server.n_messages;
        f->mail = reminder;
        send_with(f, NULL, NULL);
        assert_row(f, reminder, MAIL_PARKED, "Hall");
        assert_int_equal(f->server.n_messages, before);
        look(f);
        assert_row(f, next_mail(f), MAIL_PENDING, "Hall");
}

static void test_delivery__an_unknown_mail_that_is_rejected_later_counts_as_told(void **state)
{
        Fixture *f = *state;
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        f->server.answer = "554 no";
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_FAILED, "Hall");
        move_and_look(f);
        assert_row(f, next_mail(f), MAIL_PENDING, "Yard");
}

static void test_delivery__a_refusal_counts_until_the_commit(void **state)
{
        Fixture *f = *state;
        static const Interlude refusals[] = { stop_all, turn_reminders_off, mute_event, unsubscribe };
        for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
                put_card(f, "");
                assert_int_equal(contact_restore(f->store, f->contact), 0);
                send_with(f, refusals[i], NULL);
                assert_int_equal(f->server.n_messages, 0);
        }
        assert_row(f, f->mail, MAIL_PENDING, "Hall");
        send_with(f, NULL, NULL);
        assert_int_equal(f->server.n_messages, 0);
        assert_row(f, f->mail, MAIL_SUPPRESSED, "Hall");
}

/* Notices that have settled are one mail, also with one whose event was edited meanwhile. */
static void test_delivery__a_stale_notice_has_still_settled(void **state)
{
        Fixture *f = *state;
        CLEANUP(mail_record_freep) MailRecord *mail = NULL;
        damage(f, "UPDATE mail SET reason = 41");
        send_with(f, move_to_the_yard, NULL);
        assert_int_equal(ledger_get(f->store, f->mail, &mail), 0);
        assert_int_equal(mail->state, MAIL_PENDING);
        assert_int_equal(mail->reason, MAIL_REASON_SETTLING);
}

/* The first copy may have arrived. The bounce counts. */
static void test_delivery__a_second_copy_that_is_refused_before_the_text_is_the_last(void **state)
{
        Fixture *f = *state;
        bool suppressed = false;
        f->server.answer = NULL;
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_UNKNOWN, "Hall");
        f->server.rcpt = "550 5.1.1 no such user";
        clock_init_rehearsed(&f->clock, clock_now(&f->clock) + 3600 * USEC_PER_SEC);
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_PARKED, "Hall");
        assert_int_equal(suppression_is_suppressed(f->store, f->contact, "g@example.org", &suppressed), 0);
        assert_true(suppressed);
}

/* Quiet hours are read from the card when the ledger is written. */
static void test_delivery__removed_quiet_hours_delay_nothing(void **state)
{
        Fixture *f = *state;
        put_card(f, "TZ:Europe/Moscow\r\nX-CONVENED-QUIET:12:00-15:00\r\n");
        assert_int_equal(store_begin_write(f->store), 0); /* blocks the ledger writer */
        Delivery *delivery = begin(f);
        assert_int_equal(delivery_stage(delivery), DELIVERY_WRITING);
        put_card(f, "");
        assert_int_equal(store_commit(f->store), 0);
        finish(f, delivery, NULL);
        assert_int_equal(next_mail(f), f->mail);
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_SENT, "Hall");
}

/* A mail whose data keeps changing must not make the sender connect again and again. */
static void test_delivery__a_stale_mail_is_postponed(void **state)
{
        Fixture *f = *state;
        usec_t next = 0, before = clock_now(&f->clock);
        send_with(f, move_to_the_yard, NULL);
        assert_int_equal(ledger_next_after(f->store, 0, &next), 0);
        assert_true(next >= before + USEC_PER_SEC);
}

static void test_delivery__a_damaged_mail_ends_alone(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                const char *sql;
                MailState expected;
                MailReason reason;
        } rows[] = {
                { __LINE__, "UPDATE mail SET state = 3, attempts = 1", MAIL_PARKED, MAIL_REASON_NO_BYTES },
                { __LINE__,
                                "UPDATE mail SET state = 3, attempts = 1;"
                                "INSERT INTO message VALUES ((SELECT id FROM mail), 'gone', x'00')",
                                MAIL_PARKED, MAIL_REASON_NO_BYTES },
                { __LINE__,
                                "UPDATE mail SET state = 3, attempts = 1;"
                                "INSERT INTO sample VALUES ('damaged', x'0102');"
                                "INSERT INTO message VALUES ((SELECT id FROM mail), 'damaged', x'28b52ffd2004')",
                                MAIL_PARKED, MAIL_REASON_NO_BYTES },
                { __LINE__,
                                "UPDATE mail SET state = 3, attempts = 1;"
                                "INSERT INTO message VALUES ((SELECT id FROM mail), hex(zeroblob(80)), x'28b52ffd2004')",
                                MAIL_PARKED, MAIL_REASON_NO_BYTES },
                { __LINE__, "UPDATE mail SET kind = 'nonsense'", MAIL_FAILED, MAIL_REASON_NO_KIND },
                { __LINE__, "UPDATE mail SET state = 5", MAIL_FAILED, MAIL_REASON_NONE },
                { __LINE__, "UPDATE mail SET state = 77", (MailState)77, MAIL_REASON_NONE },
                { __LINE__, "UPDATE mail SET rule = x'ff', start = x'ff'", MAIL_CANCELLED,
                                MAIL_REASON_EVENT_MOVED },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(mail_record_freep) MailRecord *mail = NULL;
                damage(f, "UPDATE mail SET state = 1, attempts = 0, next_attempt = due, kind = 'reminder', reason = 0");
                damage(f, rows[i].sql);
                send_with(f, NULL, NULL);
                assert_int_equal(ledger_get(f->store, f->mail, &mail), 0);
                if (mail->state != rows[i].expected || mail->reason != rows[i].reason ||
                                mail->next_attempt != 0)
                        fail_msg("row of line %d: %s, %s", rows[i].line, mail_state_name(mail->state),
                                        mail_reason_name(mail->reason));
        }
        assert_int_equal(f->server.n_messages, 0);
}

static void cancel_event(Fixture *f)
{
        put_event(f, "Hall", "STATUS:CANCELLED\r\n");
}

static void restore_event(Fixture *f)
{
        put_event(f, "Hall", "");
        look(f);
}

/* The event is cancelled, and restored before the ledger writer closes the mail. */
static void test_delivery__a_mail_that_is_wanted_again_is_not_closed(void **state)
{
        Fixture *f = *state;
        cancel_event(f);
        look(f);
        assert_int_equal(store_begin_write(f->store), 0); /* blocks the ledger writer */
        Delivery *delivery = begin(f);
        assert_int_equal(delivery_stage(delivery), DELIVERY_WRITING);
        put_event(f, "Hall", "");
        assert_int_equal(store_commit(f->store), 0);
        finish(f, delivery, NULL);
        assert_row(f, f->mail, MAIL_PENDING, "Hall");
        cancel_event(f);
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_CANCELLED, "Hall");
        restore_event(f); /* a closed mail is reopened */
        assert_row(f, f->mail, MAIL_PENDING, "Hall");
        send_with(f, NULL, NULL);
        assert_row(f, f->mail, MAIL_SENT, "Hall");
}

int main(void)
{
#define DELIVERY_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        const struct CMUnitTest tests[] = {
                DELIVERY_TEST(test_delivery__an_edit_before_the_commit_composes_the_mail_again),
                DELIVERY_TEST(test_delivery__an_edit_before_the_reply_causes_a_notice),
                DELIVERY_TEST(test_delivery__an_event_that_changed_during_the_delivery_is_due_again),
                DELIVERY_TEST(test_delivery__a_stale_notice_has_still_settled),
                DELIVERY_TEST(test_delivery__a_second_copy_that_is_refused_before_the_text_is_the_last),
                DELIVERY_TEST(test_delivery__what_was_told_counts_until_the_end_that_was_told),
                DELIVERY_TEST(test_delivery__a_deferred_mail_is_composed_again),
                DELIVERY_TEST(test_delivery__a_refused_recipient_holds_up_no_other),
                DELIVERY_TEST(test_delivery__a_refusal_of_the_sender_waits),
                DELIVERY_TEST(test_delivery__an_unknown_mail_is_sent_again_unchanged),
                DELIVERY_TEST(test_delivery__an_outdated_unknown_mail_is_replaced_by_a_notice),
                DELIVERY_TEST(test_delivery__an_unknown_mail_is_not_sent_after_a_newer_one),
                DELIVERY_TEST(test_delivery__an_unknown_mail_that_is_rejected_later_counts_as_told),
                DELIVERY_TEST(test_delivery__a_refusal_counts_until_the_commit),
                DELIVERY_TEST(test_delivery__a_mail_that_is_wanted_again_is_not_closed),
                DELIVERY_TEST(test_delivery__removed_quiet_hours_delay_nothing),
                DELIVERY_TEST(test_delivery__a_stale_mail_is_postponed),
                DELIVERY_TEST(test_delivery__a_damaged_mail_ends_alone),
        };
        return smtp_global_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
