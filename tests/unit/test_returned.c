/*
 * Tests the effect of a bounce report on a contact. It is counted once, for the address that the mail was
 * sent to, until the address is restored.
 */

#include "config/config.h"
#include "mail/verp.h"
#include "outbox/returned.h"

#include "remind/consent.h"
#include "store/ledger.h"
#include "store/object.h"
#include "store/optout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW (20000 * USEC_PER_DAY)

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Config *config;
        Store *store;
        int64_t anna;
        int n_mails;
} Fixture;

static int64_t put_contact(Fixture *f, const char *uid, const char *address)
{
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        ObjectOutcome outcome;
        char text[512];
        snprintf(text, sizeof(text),
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:%s\r\nFN:%s\r\nEMAIL:%s\r\nEND:VCARD\r\n", uid,
                        uid, address);
        assert_int_equal(card_parse(text, strlen(text), &card, NULL), 0);
        assert_int_equal(object_put_card(f->store, card,
                                         &(ObjectPut){ .collection = COLLECTION_CONTACTS,
                                                         .anywhere = true,
                                                         .now = NOW },
                                         &outcome),
                        0);
        assert_int_equal(object_find(f->store, uid, &record), 0);
        return record->id;
}

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        f->config = scratch_config(f->directory, f->zones,
                        "bounces = { address = \"bounces@example.org\"; soft_days = 3; soft_period = \"P10D\"; };\n");
        assert_int_equal(collection_ensure(f->store, COLLECTION_CONTACTS, true, NULL), 0);
        f->anna = put_contact(f, "anna", "anna@example.org");
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

static int64_t add_mail(Fixture *f, int64_t contact, usec_t now)
{
        int64_t id;
        MailState found;
        bool added;
        char token[TOKEN_SIZE];
        MailRecord mail = {
                .kind = "reminder",
                .contact = contact,
                .uid = "e@x",
                .recurrence_id = "",
                .start = "",
                .rule = "-P1D",
                .state = MAIL_PENDING,
                .due = now,
                .next_attempt = now,
                .expires = now + 100 * USEC_PER_DAY,
                .message_id = "",
                .token = token,
        };
        assert_int_equal(token_make(token), 0);
        snprintf(mail.key, sizeof(mail.key), "key-%d", ++f->n_mails);
        assert_int_equal(ledger_add(f->store, &mail, now, &added), 0);
        assert_int_equal(ledger_find(f->store, mail.key, &id, &found), 0);
        return id;
}

static int64_t send_mail(Fixture *f, int64_t contact, usec_t now)
{
        int64_t id = add_mail(f, contact, now);
        MailText text = { .message_id = "m@x", .bytes = "x", .len = 1, .made = now };
        assert_int_equal(ledger_commit_first_attempt(f->store, id, &text, now), 0);
        assert_int_equal(ledger_close(f->store, id, MAIL_SENT, MAIL_REASON_NONE, "250 ok", now), 0);
        return id;
}

static MailRecord *get_mail(Fixture *f, int64_t id)
{
        MailRecord *mail = NULL;
        assert_int_equal(ledger_get(f->store, id, &mail), 0);
        return mail;
}

/* Takes a report about one recipient, sent to the envelope sender of the mail to @address. */
static int take_of(Fixture *f, int64_t id, const char *address, const char *action, const char *status,
                usec_t now, ReturnedReport *ret)
{
        CLEANUP(mail_record_freep) MailRecord *mail = get_mail(f, id);
        char sender[VERP_ADDRESS_SIZE], text[2048];
        assert_int_equal(verp_print("bounces@example.org", id, mail->token, address, sender), 0);
        snprintf(text, sizeof(text),
                        "To: %s\r\nContent-Type: multipart/report; report-type=delivery-status; "
                        "boundary=b\r\n\r\n"
                        "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                        "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: "
                        "%s\r\n"
                        "Status: %s\r\nDiagnostic-Code: smtp; 550 %s words of the server\r\n\r\n--b--\r\n",
                        sender, address, action, status, status);
        return returned_take(f->store, f->config, text, strlen(text), NULL, now, ret);
}

static ReturnedReport take(Fixture *f, int64_t id, const char *action, const char *status, usec_t now)
{
        ReturnedReport report;
        assert_int_equal(take_of(f, id, "anna@example.org", action, status, now, &report), 0);
        assert_int_equal(report.mail, id);
        return report;
}

static void assert_suppressed(Fixture *f, const char *address, bool expected)
{
        bool suppressed = !expected;
        assert_int_equal(suppression_is_suppressed(f->store, f->anna, address, &suppressed), 0);
        assert_int_equal(suppressed, expected);
}

static int64_t count_soft(Fixture *f)
{
        SuppressionState state;
        assert_int_equal(suppression_state(f->store, f->anna, "anna@example.org", &state), 0);
        return state.n_soft;
}

static void test_returned_take__a_missing_mailbox_suppresses_the_contact(void **state)
{
        Fixture *f = *state;
        CLEANUP(card_freep) Card *card = NULL;
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        SuppressionState standing;
        MailReason why = MAIL_REASON_NONE;
        int64_t sent = send_mail(f, f->anna, NOW), open = add_mail(f, f->anna, NOW),
                committed = add_mail(f, f->anna, NOW);
        MailText text = { .message_id = "m@x", .bytes = "x", .len = 1, .made = NOW };
        assert_int_equal(ledger_commit_first_attempt(f->store, committed, &text, NOW), 0);

        ReturnedReport report = take(f, sent, "failed", "5.1.1", NOW + 1);
        assert_true(report.counted && report.suppressed && !report.again);
        assert_int_equal(report.outcome, RETURNED_HARD);
        assert_string_equal(report.uid, "anna");
        assert_string_equal(report.status, "5.1.1");
        assert_string_equal(report.words, "550 5.1.1 words of the server");

        CLEANUP(mail_record_freep) MailRecord *first = get_mail(f, sent);
        CLEANUP(mail_record_freep) MailRecord *second = get_mail(f, open);
        CLEANUP(mail_record_freep) MailRecord *third = get_mail(f, committed);
        assert_int_equal(first->state, MAIL_SENT);
        assert_int_equal(first->reason, MAIL_REASON_RETURNED);
        assert_string_equal(first->reply, "5.1.1 550 5.1.1 words of the server");
        assert_int_equal(first->updated, NOW);
        assert_int_equal(second->state, MAIL_SUPPRESSED);
        assert_int_equal(second->reason, MAIL_REASON_SUPPRESSED);
        assert_int_equal(third->state, MAIL_COMMITTED);

        assert_int_equal(suppression_state(f->store, f->anna, "ANNA@example.org", &standing), 0);
        assert_true(standing.suppressed && standing.since == NOW + 1 && standing.n_soft == 0);
        assert_string_equal(standing.status, "5.1.1");
        assert_int_equal(object_find(f->store, "anna", &record), 0);
        assert_int_equal(card_parse(record->text, record->len, &card, NULL), 0);
        assert_int_equal(consent_why_not(f->store, f->anna, card, "e@x", &why), 0);
        assert_int_equal(why, MAIL_REASON_SUPPRESSED);

        report = take(f, sent, "failed", "5.1.1", NOW + 2);
        assert_true(report.again && !report.counted && !report.suppressed);
}

static void test_returned_take__a_mail_counts_once_unless_a_hard_bounce_follows(void **state)
{
        Fixture *f = *state;
        int64_t mail = send_mail(f, f->anna, NOW);
        assert_true(take(f, mail, "failed", "4.4.1", NOW).counted);
        assert_true(take(f, mail, "failed", "4.4.1", NOW + USEC_PER_DAY).again);
        assert_true(take(f, mail, "failed", "4.4.7", NOW + 2 * USEC_PER_DAY).again);
        assert_int_equal(count_soft(f), 1);
        assert_suppressed(f, "anna@example.org", false);
        assert_true(take(f, mail, "failed", "5.1.1", NOW + 3 * USEC_PER_DAY).suppressed);
        assert_int_equal(count_soft(f), 0);
}

static void test_returned_take__temporary_faults_count_by_days(void **state)
{
        Fixture *f = *state;
        for (int i = 0; i < 20; i++)
                assert_false(take(f, send_mail(f, f->anna, NOW), "failed", "5.2.2", NOW + i).suppressed);
        assert_int_equal(count_soft(f), 20);
        assert_false(take(f, send_mail(f, f->anna, NOW), "failed", "4.4.1", NOW + USEC_PER_DAY).suppressed);
        /* The first day's report has expired by then. */
        usec_t later = NOW + 11 * USEC_PER_DAY;
        assert_false(take(f, send_mail(f, f->anna, later), "failed", "4.4.1", later).suppressed);
        assert_int_equal(count_soft(f), 2);
        assert_true(take(f, send_mail(f, f->anna, later), "failed", "4.4.1", later - USEC_PER_DAY)
                                        .suppressed);
        assert_suppressed(f, "anna@example.org", true);
}

static void test_returned_take__faults_of_the_mail_are_not_counted(void **state)
{
        Fixture *f = *state;
        static const char *const statuses[] = { "5.7.1", "5.6.1", "5.1.8", "4.7.1", "5.3.4" };
        for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
                assert_false(take(f, send_mail(f, f->anna, NOW), "failed", statuses[i], NOW).counted);
        assert_false(take(f, send_mail(f, f->anna, NOW), "relayed", "2.0.0", NOW).counted);
        assert_int_equal(count_soft(f), 0);
        assert_suppressed(f, "anna@example.org", false);
}

static void test_returned_take__a_delivery_clears_earlier_soft_bounces(void **state)
{
        Fixture *f = *state;
        take(f, send_mail(f, f->anna, NOW), "failed", "4.4.1", NOW);
        take(f, send_mail(f, f->anna, NOW), "relayed", "2.0.0", NOW);
        assert_int_equal(count_soft(f), 1);
        take(f, send_mail(f, f->anna, NOW), "delivered", "2.0.0", NOW);
        assert_int_equal(count_soft(f), 0);
}

static void test_returned_take__counts_for_the_address_of_the_mail(void **state)
{
        Fixture *f = *state;
        ReturnedReport report;
        int64_t n_suppressed = -1, n_soft = -1;
        int64_t first = send_mail(f, f->anna, NOW), second = send_mail(f, f->anna, NOW);
        assert_true(take(f, first, "failed", "5.1.1", NOW).suppressed);
        assert_int_equal(suppression_count(f->store, &n_suppressed, &n_soft), 0);
        assert_int_equal(n_suppressed, 1);
        put_contact(f, "anna", "new@example.org");
        assert_suppressed(f, "new@example.org", false);
        assert_int_equal(suppression_count(f->store, &n_suppressed, &n_soft), 0);
        assert_int_equal(n_suppressed, 0);
        assert_int_equal(take_of(f, second, "anna@example.org", "failed", "5.1.1", NOW, &report),
                        RETURNED_E_UNKNOWN);
        assert_suppressed(f, "new@example.org", false);
        put_contact(f, "anna", "anna@example.org");
        assert_suppressed(f, "anna@example.org", true);
}

static void test_returned_take__a_forged_or_unknown_tag_changes_nothing(void **state)
{
        Fixture *f = *state;
        ReturnedReport report = { 0 };
        int64_t mail = send_mail(f, f->anna, NOW), nobody = send_mail(f, 0, NOW);
        assert_int_equal(take_of(f, mail, "boris@example.org", "failed", "5.1.1", NOW, &report),
                        RETURNED_E_UNKNOWN);
        assert_int_equal(report.mail, 0);
        assert_int_equal(take_of(f, nobody, "", "failed", "5.1.1", NOW, &report), 0);
        assert_int_equal(report.mail, nobody);
        assert_int_equal(report.outcome, RETURNED_NOT_LISTED);
        assert_false(report.counted);
        assert_string_equal(report.uid, "");
        assert_suppressed(f, "anna@example.org", false);
}

static void test_returned_take__an_unreadable_report_counts_as_soft(void **state)
{
        Fixture *f = *state;
        ReturnedReport report;
        char sender[VERP_ADDRESS_SIZE], text[1024];
        int64_t id = send_mail(f, f->anna, NOW);
        CLEANUP(mail_record_freep) MailRecord *mail = get_mail(f, id);
        assert_int_equal(verp_print("bounces@example.org", id, mail->token, "anna@example.org", sender), 0);
        snprintf(text, sizeof(text), "From: MAILER-DAEMON@example.org\r\nTo: %s\r\n\r\nIt did not work.\r\n",
                        sender);
        assert_int_equal(returned_take(f->store, f->config, text, strlen(text), NULL, NOW, &report), 0);
        assert_true(report.counted && !report.suppressed);
        assert_int_equal(count_soft(f), 1);
        snprintf(text, sizeof(text), "From: anna@example.org\r\nTo: %s\r\n\r\nThank you.\r\n", sender);
        assert_int_equal(returned_take(f->store, f->config, text, strlen(text), NULL, NOW, &report),
                        RETURNED_E_NO_BOUNCE);
        assert_int_equal(count_soft(f), 1);
}

/* A delay is no failure, and a complaint is an opt-out. */
static void test_returned_take__delays_and_complaints(void **state)
{
        Fixture *f = *state;
        ReturnedReport report = take(f, send_mail(f, f->anna, NOW), "delayed", "4.4.1", NOW);
        assert_int_equal(report.outcome, RETURNED_DELAYED);
        assert_false(report.counted);
        assert_int_equal(count_soft(f), 0);
        char sender[VERP_ADDRESS_SIZE], text[1024];
        int64_t id = send_mail(f, f->anna, NOW), waiting = add_mail(f, f->anna, NOW);
        CLEANUP(mail_record_freep) MailRecord *mail = get_mail(f, id);
        assert_int_equal(verp_print("bounces@example.org", id, mail->token, "anna@example.org", sender), 0);
        snprintf(text, sizeof(text),
                        "To: abuse@example.org\r\nContent-Type: multipart/report; report-type=feedback-report; "
                        "boundary=b\r\n\r\n--b\r\n\r\nSpam.\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\n"
                        "Feedback-Type: abuse\r\nOriginal-Mail-From: <%s>\r\n--b--\r\n",
                        sender);
        assert_int_equal(returned_take(f->store, f->config, text, strlen(text), NULL, NOW, &report), 0);
        assert_int_equal(report.outcome, RETURNED_COMPLAINT);
        bool stopped = false;
        assert_int_equal(contact_stopped(f->store, f->anna, &stopped), 0);
        assert_true(stopped);
        CLEANUP(mail_record_freep) MailRecord *closed = get_mail(f, waiting);
        assert_int_equal(closed->state, MAIL_SUPPRESSED);
}

static void test_suppression_clear__resets_the_counts(void **state)
{
        Fixture *f = *state;
        int64_t before = send_mail(f, f->anna, NOW), also_before = send_mail(f, f->anna, NOW);
        assert_true(take(f, before, "failed", "5.1.1", NOW).suppressed);
        assert_int_equal(suppression_clear(f->store, f->anna, NOW + 10), 0);
        assert_suppressed(f, "anna@example.org", false);
        /* Late reports about mails sent before the restore, the same mail or another. */
        assert_true(take(f, before, "failed", "5.1.1", NOW + 20).again);
        assert_true(take(f, also_before, "failed", "5.1.1", NOW + 20).again);
        assert_suppressed(f, "anna@example.org", false);
        assert_true(take(f, send_mail(f, f->anna, NOW + 30), "failed", "5.1.1", NOW + 40).suppressed);
        assert_int_equal(object_delete_found(f->store, "anna", NOW), 0);
        assert_suppressed(f, "anna@example.org", false);
}

static void test_suppression_forget__keeps_bounces_that_still_count(void **state)
{
        Fixture *f = *state;
        take(f, send_mail(f, f->anna, NOW), "failed", "4.4.1", NOW);
        take(f, send_mail(f, f->anna, NOW), "failed", "4.4.1", NOW + USEC_PER_DAY);
        assert_int_equal(suppression_forget(f->store, NOW + 1), 0);
        assert_int_equal(count_soft(f), 1);
}

#define BOUNCE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
        const struct CMUnitTest tests[] = {
                BOUNCE_TEST(test_returned_take__a_missing_mailbox_suppresses_the_contact),
                BOUNCE_TEST(test_returned_take__a_mail_counts_once_unless_a_hard_bounce_follows),
                BOUNCE_TEST(test_returned_take__temporary_faults_count_by_days),
                BOUNCE_TEST(test_returned_take__faults_of_the_mail_are_not_counted),
                BOUNCE_TEST(test_returned_take__a_delivery_clears_earlier_soft_bounces),
                BOUNCE_TEST(test_returned_take__counts_for_the_address_of_the_mail),
                BOUNCE_TEST(test_returned_take__a_forged_or_unknown_tag_changes_nothing),
                BOUNCE_TEST(test_returned_take__an_unreadable_report_counts_as_soft),
                BOUNCE_TEST(test_suppression_clear__resets_the_counts),
                BOUNCE_TEST(test_returned_take__delays_and_complaints),
                BOUNCE_TEST(test_suppression_forget__keeps_bounces_that_still_count),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
