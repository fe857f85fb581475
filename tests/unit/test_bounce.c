/* Bounces: the formats of mail servers, the class of each status, and messages that are not bounces. */

#include "base/buffer.h"
#include "base/file.h"
#include "mail/bounce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static Bounce *parse_file(const char *name)
{
        CLEANUP(cleanup_free) char *text = NULL;
        Bounce *bounce = NULL;
        char path[128];
        size_t len = 0;
        snprintf(path, sizeof(path), "tests/corpus/bounce/%s.eml", name);
        assert_int_equal(file_read(path, 1 << 20, &text, &len), 0);
        assert_int_equal(bounce_parse(text, len, NULL, &bounce), 0);
        return bounce;
}

static void test_bounce_parse__reads_reports_of_real_servers(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *name, *status, *words;
                BounceClass class;
        } rows[] = {
                { __LINE__, "postfix-hard", "5.1.1", "User unknown in virtual", BOUNCE_CLASS_HARD },
                { __LINE__, "postfix-delayed", "4.4.1", "Connection timed out", BOUNCE_CLASS_SOFT },
                { __LINE__, "postfix-full", "5.2.2", "over quota", BOUNCE_CLASS_SOFT },
                { __LINE__, "postfix-policy", "5.7.1", "block list", BOUNCE_CLASS_OURS },
                { __LINE__, "exim-dsn", "5.0.0", "550 5.1.1", BOUNCE_CLASS_HARD },
                { __LINE__, "exim-old", "", "Unrouteable address", BOUNCE_CLASS_HARD },
                { __LINE__, "exchange-hard", "5.1.10", "RecipientNotFound", BOUNCE_CLASS_HARD },
                { __LINE__, "exchange-edge", "5.4.1", "Access denied", BOUNCE_CLASS_HARD },
                { __LINE__, "gmail-hard", "5.1.1", "does not exist", BOUNCE_CLASS_HARD },
                { __LINE__, "yandex-hard", "5.7.1", "No such user!", BOUNCE_CLASS_HARD },
                { __LINE__, "qmail-hard", "5.1.1", "Giving up on 192.0.2.25.", BOUNCE_CLASS_HARD },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(bounce_freep) Bounce *bounce = parse_file(rows[i].name);
                const BounceRecipient *recipient = bounce_verdict(bounce, "Anna@example.org");
                if (bounce->kind != BOUNCE_KIND_REPORT || bounce->n != 1 || !bounce->has_tag ||
                                bounce->tag.mail != 0x2a ||
                                strcmp(recipient->final, "anna@example.org") != 0 ||
                                strcmp(recipient->status, rows[i].status) != 0 ||
                                !strstr(recipient->words, rows[i].words) ||
                                bounce_class(recipient) != rows[i].class)
                        fail_msg("line %d: kind %d, %zu recipients, status %s, class %d, words %s",
                                        rows[i].line, (int)bounce->kind, bounce->n,
                                        recipient ? recipient->status : "",
                                        recipient ? (int)bounce_class(recipient) : -1,
                                        recipient ? recipient->words : "");
        }
}

static void test_bounce_parse__reads_an_international_report(void **state)
{
        (void)state;
        CLEANUP(bounce_freep) Bounce *bounce = parse_file("global");
        assert_int_equal(bounce->n, 1);
        assert_string_equal(bounce->recipients[0].final, "анна@example.org");
        assert_string_equal(bounce->recipients[0].original, "анна@example.org");
        assert_string_equal(bounce->recipients[0].words, "550 5.1.1 Нет такого ящика");
        assert_string_equal(bounce->envelope_id, "42");
        assert_string_equal(bounce->reporter, "почта.example.org");
}

static void test_bounce_parse__rejects_other_mail(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *name;
                BounceKind kind;
        } rows[] = {
                { __LINE__, "out-of-office", BOUNCE_KIND_AUTO },
                { __LINE__, "receipt", BOUNCE_KIND_AUTO },
                { __LINE__, "person", BOUNCE_KIND_OTHER },
                { __LINE__, "unclear", BOUNCE_KIND_UNCLEAR },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(bounce_freep) Bounce *bounce = parse_file(rows[i].name);
                if (bounce->kind != rows[i].kind || bounce->n != 0 || !bounce->has_tag)
                        fail_msg("line %d: kind %d", rows[i].line, (int)bounce->kind);
        }
}

static void test_bounce_parse__prefers_the_envelopes_recipient(void **state)
{
        (void)state;
        static const char text[] = "To: bounces+0123456789abcdef01232a@example.org\n\nText.\n";
        CLEANUP(bounce_freep) Bounce *bounce = NULL;
        assert_int_equal(bounce_parse(text, strlen(text), "bounces+0123456789abcdef01232b@example.org",
                                         &bounce),
                        0);
        assert_int_equal(bounce->tag.mail, 0x2b);
}

#define TO_US "To: bounces+0123456789abcdef01232a@example.org\n"

/* Messages without a report: only a mail server's message counts, and only if it is clear. */
static void test_bounce_parse__texts_for_people(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                BounceKind kind;
                BounceClass class; /* of a report */
        } rows[] = {
                { __LINE__,
                                "Return-Path: <>\nFrom: Anna <anna@example.org>\nSubject: On vacation\n" TO_US
                                "\nI am away until Monday.\n",
                                BOUNCE_KIND_OTHER, BOUNCE_CLASS_DELIVERED },
                { __LINE__,
                                "Return-Path: <>\nFrom: Anna <anna@example.org>\nAuto-Submitted: auto-replied\n" TO_US
                                "\nI am away until Monday.\n",
                                BOUNCE_KIND_AUTO, BOUNCE_CLASS_DELIVERED },
                { __LINE__,
                                "From: MAILER-DAEMON@yahoo.com\nSubject: Failure Notice\n" TO_US
                                "\nSorry, we were unable to deliver your message to the following address.\n\n"
                                "<anna@yahoo.com>:\n554: delivery error: dd This user doesn't have a yahoo.com "
                                "account (anna@yahoo.com) [0] - mta1.yahoo.com\n",
                                BOUNCE_KIND_REPORT, BOUNCE_CLASS_HARD },
                { __LINE__,
                                "From: mailer-daemon@corp.mail.ru\nSubject: Mail delivery failed\n" TO_US
                                "\nThe following address failed:\n\n  anna@mail.ru\n    550 Message was not "
                                "accepted -- invalid mailbox.  Local mailbox anna@mail.ru is unavailable: user not found\n",
                                BOUNCE_KIND_REPORT, BOUNCE_CLASS_HARD },
                { __LINE__,
                                "From: postmaster@hotmail.com\nSubject: Delivery Status Notification (Failure)\n" TO_US
                                "\nDelivery to the following recipients failed.\n\n  anna@hotmail.com\n\n550 5.5.0 "
                                "Requested action not taken: mailbox unavailable (-2147467259, 0, 0)\n",
                                BOUNCE_KIND_REPORT, BOUNCE_CLASS_HARD },
                { __LINE__,
                                "From: Mail Delivery System <MAILER-DAEMON@example.org>\nSubject: Warning\n" TO_US
                                "\nThe message has not yet been delivered. It will be retried for 4 days. "
                                "The last reply was: user unknown\n",
                                BOUNCE_KIND_AUTO, BOUNCE_CLASS_DELIVERED },
                { __LINE__,
                                "From: \"Mail Router\" <postmaster@example.org>\nSubject: DELIVERY FAILURE\n" TO_US
                                "\nYour document:\n\n  Invitation\n\nwas not delivered to:\n\n  anna@example.org\n\nbecause:\n\n"
                                "  User anna (anna@example.org) not listed in Domino Directory\n",
                                BOUNCE_KIND_REPORT, BOUNCE_CLASS_HARD },
                { __LINE__,
                                "From: System Administrator <postmaster@example.org>\nSubject: Undeliverable: Invitation\n" TO_US
                                "\nYour message\n\ndid not reach the following recipient(s):\n\nanna@example.org on Mon\n"
                                "    The recipient name is not recognized\n",
                                BOUNCE_KIND_REPORT, BOUNCE_CLASS_HARD },
                { __LINE__,
                                "From: Mailer-Daemon@example.org\nSubject: Mail System Error - Returned Mail\n" TO_US
                                "\nThe attached message had PERMANENT fatal delivery errors:\n\n<anna@example.org> 550 unknown address\n",
                                BOUNCE_KIND_REPORT, BOUNCE_CLASS_HARD },
                { __LINE__,
                                "From: MAILER-DAEMON@example.org\nSubject: Undelivered\n" TO_US
                                "\n<anna@example.org>: mailbox is full. Please try later.\n",
                                BOUNCE_KIND_UNCLEAR, BOUNCE_CLASS_SOFT },
                { __LINE__,
                                "From: Mail Delivery System <Mailer-Daemon@example.org>\nAuto-Submitted: auto-replied\n" TO_US
                                "\nThis is a permanent error. The following address(es) failed:\n\n  anna@example.org\n"
                                "    550 5.1.1 <anna@example.org>: Recipient address rejected: User unknown\n",
                                BOUNCE_KIND_REPORT, BOUNCE_CLASS_HARD },
                { __LINE__,
                                "From: postmaster@example.org\nAuto-Submitted: auto-replied\n" TO_US
                                "\nI am away until Monday.\n",
                                BOUNCE_KIND_AUTO, BOUNCE_CLASS_DELIVERED },
                { __LINE__,
                                "From: Mail Delivery System <Mailer-Daemon@example.org>\nX-Failed-Recipients: anna@example.org\n" TO_US
                                "\nThe message has not yet been delivered to:\n\n  anna@example.org\n    550 user unknown\n",
                                BOUNCE_KIND_REPORT, BOUNCE_CLASS_SOFT },
                { __LINE__, "From: MAILER-DAEMON@example.org\n" TO_US "\nSomething went wrong.\n",
                                BOUNCE_KIND_UNCLEAR, BOUNCE_CLASS_DELIVERED },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(bounce_freep) Bounce *bounce = NULL;
                assert_int_equal(bounce_parse(rows[i].text, strlen(rows[i].text), NULL, &bounce), 0);
                if (bounce->kind != rows[i].kind || !bounce->has_tag)
                        fail_msg("line %d: kind %d", rows[i].line, (int)bounce->kind);
                if (bounce->kind == BOUNCE_KIND_REPORT &&
                                bounce_class(bounce_verdict(bounce, "a@b")) != rows[i].class)
                        fail_msg("line %d: class", rows[i].line);
        }
}

/* The example of RFC 5965, B.1, shortened, with our envelope sender. */
#define COMPLAINT(type)                                                                                     \
        "From: <abusedesk@example.com>\nTo: <abuse@example.net>\nMIME-Version: 1.0\n"                       \
        "Content-Type: multipart/report; report-type=feedback-report; boundary=\"p\"\n\n--p\n"              \
        "Content-Type: text/plain\n\nThis is an email abuse report.\n\n--p\n"                               \
        "Content-Type: message/feedback-report\n\nFeedback-Type: " type                                     \
        "\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n"                                                     \
        "Original-Mail-From: <bounces+0123456789abcdef01232a@example.org>\n\n--p\n"                         \
        "Content-Type: message/rfc822\n\nFrom: <o@example.org>\nSubject: x\n\nText.\n--p--\n"

static void test_bounce_parse__complaints(void **state)
{
        (void)state;
        static const char abuse[] = COMPLAINT("abuse"), not_spam[] = COMPLAINT("not-spam");
        CLEANUP(bounce_freep) Bounce *first = NULL, *second = NULL;
        assert_int_equal(bounce_parse(abuse, strlen(abuse), NULL, &first), 0);
        assert_int_equal(first->kind, BOUNCE_KIND_COMPLAINT);
        assert_true(first->has_tag);
        assert_int_equal(first->tag.mail, 0x2a);
        assert_int_equal(bounce_parse(not_spam, strlen(not_spam), NULL, &second), 0);
        assert_int_equal(second->kind, BOUNCE_KIND_AUTO);
}

/* A tag in the text or in the returned message may be forged. */
static void test_bounce_parse__ignores_a_tag_in_other_places(void **state)
{
        (void)state;
        static const char text[] =
                        "To: bounces@example.org\nSubject: bounces+0123456789abcdef01232a@example.org\n\n"
                        "To: bounces+0123456789abcdef01232a@example.org\n";
        CLEANUP(bounce_freep) Bounce *bounce = NULL;
        assert_int_equal(bounce_parse(text, strlen(text), NULL, &bounce), 0);
        assert_false(bounce->has_tag);
}

static void test_bounce_verdict__prefers_the_address_and_then_the_mildest(void **state)
{
        (void)state;
        CLEANUP(bounce_freep) Bounce *bounce = parse_file("two");
        assert_int_equal(bounce->n, 2);
        assert_int_equal(bounce_class(bounce_verdict(bounce, "anna@example.org")), BOUNCE_CLASS_DELIVERED);
        assert_int_equal(bounce_class(bounce_verdict(bounce, "CARL@example.org")), BOUNCE_CLASS_HARD);
}

static void test_bounce_class_reply__classifies_replies_of_servers(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *reply;
                BounceClass class;
        } rows[] = {
                { __LINE__, "550 5.1.1 <a@example.org>: User unknown", BOUNCE_CLASS_HARD },
                { __LINE__, "550-5.1.1 The account\n550 5.1.1 is not there", BOUNCE_CLASS_HARD },
                { __LINE__, "550 No such user here", BOUNCE_CLASS_HARD },
                { __LINE__, "550 5.2.1 Mailbox disabled", BOUNCE_CLASS_HARD },
                { __LINE__, "556 5.1.10 Domain does not take mail", BOUNCE_CLASS_HARD },
                { __LINE__, "552 5.2.2 Mailbox full", BOUNCE_CLASS_SOFT },
                { __LINE__, "552 Requested mail action aborted", BOUNCE_CLASS_SOFT },
                { __LINE__, "550 Requested action not taken", BOUNCE_CLASS_SOFT },
                { __LINE__, "550 5.4.6 Routing loop", BOUNCE_CLASS_SOFT },
                { __LINE__, "550 5.7.1 Message rejected as spam", BOUNCE_CLASS_OURS },
                { __LINE__, "550 5.7.1 No such user, or your reputation is bad", BOUNCE_CLASS_OURS },
                { __LINE__, "550 5.7.1 No such user!", BOUNCE_CLASS_HARD },
                { __LINE__, "554 5.7.1 <a@example.org>: Relay access denied", BOUNCE_CLASS_OURS },
                { __LINE__, "550 relay not permitted", BOUNCE_CLASS_OURS },
                { __LINE__, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "554 5.2.252 SendAsDenied; office@example.org not allowed to send as reminders@example.org",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "550 Verification failed for <o@example.org> No Such User Here Sender verify failed",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "550 5.1.0 <o@example.org>: Sender address rejected: User unknown in local recipient table",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "550 Domain example.org has exceeded the max emails per hour (50/50) allowed",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "530 Authentication required", BOUNCE_CLASS_OURS },
                { __LINE__, "535 Incorrect authentication data", BOUNCE_CLASS_OURS },
                { __LINE__, "450 4.7.1 Error: too much mail from 192.0.2.1", BOUNCE_CLASS_OURS },
                { __LINE__, "421 4.7.0 Try again later, closing connection", BOUNCE_CLASS_OURS },
                { __LINE__, "450 4.1.8 <o@example.org>: Sender address rejected: Domain not found",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "501 <a@example>: malformed address", BOUNCE_CLASS_SOFT },
                { __LINE__, "501 5.1.3 Bad recipient address syntax", BOUNCE_CLASS_HARD },
                { __LINE__, "552 Mailbox quota exceeded", BOUNCE_CLASS_SOFT },
                { __LINE__, "452 4.2.2 The recipient's inbox is out of storage space", BOUNCE_CLASS_SOFT },
                { __LINE__, "554 Transaction failed", BOUNCE_CLASS_MESSAGE },
                { __LINE__, "552 5.3.4 Message too big", BOUNCE_CLASS_MESSAGE },
                { __LINE__, "553 5.1.8 Sender address rejected: Domain not found", BOUNCE_CLASS_OURS },
                { __LINE__, "554 5.6.0 Bad MIME", BOUNCE_CLASS_MESSAGE },
                { __LINE__, "501 5.5.4 Bad parameter", BOUNCE_CLASS_MESSAGE },
                { __LINE__, "450 4.2.1 Try later", BOUNCE_CLASS_SOFT },
                { __LINE__, "451 4.7.1 Greylisted", BOUNCE_CLASS_SOFT },
                { __LINE__, "451 4.7.1 Please try again in 300 seconds", BOUNCE_CLASS_SOFT },
                { __LINE__, "450 4.7.1 <a@example.org>: please come back in 5 minutes", BOUNCE_CLASS_SOFT },
                { __LINE__, "450 4.2.0 <a@example.org>: Recipient address rejected: Greylisted",
                                BOUNCE_CLASS_SOFT },
                /* The mailbox is there, and takes mail again later. */
                { __LINE__, "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
                                BOUNCE_CLASS_SOFT },
                { __LINE__, "554 5.7.1 <a@example.org>: Recipient address rejected: user overquota",
                                BOUNCE_CLASS_SOFT },
                { __LINE__, "550 5.2.1 Mailbox temporarily disabled", BOUNCE_CLASS_SOFT },
                { __LINE__, "550 5.1.1 <a@example.org> mailbox is full", BOUNCE_CLASS_SOFT },
                /* Replies without a status about the client or the sender, not the mailbox. */
                { __LINE__, "550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "504 5.5.2 <host>: Helo command rejected: need fully-qualified hostname",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "550 Reverse DNS lookup for 192.0.2.1 failed", BOUNCE_CLASS_OURS },
                { __LINE__, "554 5.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "550 5.1.0 Sender denied", BOUNCE_CLASS_OURS },
                { __LINE__, "554 IP=192.0.2.1 - Dialup IP not allowed. Use a mailgateway or contact the office to be whitelisted",
                                BOUNCE_CLASS_OURS },
                { __LINE__, "550 192.0.2.1 is listed at zen.example.org", BOUNCE_CLASS_OURS },
                { __LINE__, "553 5.3.0 DNSBL:RBL 521< 192.0.2.1 >", BOUNCE_CLASS_OURS },
                { __LINE__, "550 Unsolicited mail is not accepted", BOUNCE_CLASS_OURS },
                /* Replies about our own account or address, unless the status is about the recipient. */
                { __LINE__, "550 5.1.1 user unknown (connection from 192.0.2.1)", BOUNCE_CLASS_HARD },
                { __LINE__, "550 5.1.7 sender address unknown", BOUNCE_CLASS_OURS },
                { __LINE__, "554 5.7.1 Your account is inactive", BOUNCE_CLASS_OURS },
                { __LINE__, "550 Your e-mail account has been disabled", BOUNCE_CLASS_OURS },
                { __LINE__, "550 Sender address unknown", BOUNCE_CLASS_OURS },
                { __LINE__, "553 Sender is not a valid user", BOUNCE_CLASS_OURS },
                { __LINE__, "554 Connection from unknown address 192.0.2.1", BOUNCE_CLASS_OURS },
                { __LINE__, "550 Mail from unknown address is not taken", BOUNCE_CLASS_OURS },
                /* Replies about an account or an address that may be ours. */
                { __LINE__, "554 5.7.1 account closed", BOUNCE_CLASS_SOFT },
                { __LINE__, "554 5.7.1 <o@example.org>: account is inactive", BOUNCE_CLASS_SOFT },
                { __LINE__, "550 5.5.0 Invalid user", BOUNCE_CLASS_SOFT },
                { __LINE__, "554 5.7.0 Address unknown", BOUNCE_CLASS_SOFT },
                { __LINE__, "550 account closed", BOUNCE_CLASS_SOFT },
                { __LINE__, "554 5.7.1 Recipient address rejected: account is inactive", BOUNCE_CLASS_HARD },
                { __LINE__, "550 5.5.0 mailbox anna: invalid user", BOUNCE_CLASS_HARD },
                { __LINE__, "550 5.1.0 account closed", BOUNCE_CLASS_HARD },
                { __LINE__, "550 5.2.0 account is inactive", BOUNCE_CLASS_HARD },
                /* Other servers' words for no such mailbox. */
                { __LINE__, "550 User anna (anna@example.org) not listed in Domino Directory",
                                BOUNCE_CLASS_HARD },
                { __LINE__, "550 anna@example.org unknown user account", BOUNCE_CLASS_HARD },
                { __LINE__, "550 <anna@example.org>: account is unknown", BOUNCE_CLASS_HARD },
                { __LINE__, "550 Unknown local part anna in <anna@example.org>", BOUNCE_CLASS_HARD },
                { __LINE__, "550 unknown address", BOUNCE_CLASS_HARD },
                { __LINE__, "550 <anna@example.org> is not a valid mailbox", BOUNCE_CLASS_HARD },
                { __LINE__, "554 5.7.1 <anna@example.org>: undeliverable address: host said 550",
                                BOUNCE_CLASS_HARD },
                { __LINE__, "550 The e-mail account does not exist at the organization", BOUNCE_CLASS_HARD },
                { __LINE__, "550 Message was not accepted -- invalid mailbox. Local mailbox is unavailable: user is terminated",
                                BOUNCE_CLASS_HARD },
                { __LINE__, "550 Пользователь не найден", BOUNCE_CLASS_HARD },
                { __LINE__, "550 Почтовый ящик не существует", BOUNCE_CLASS_HARD },
                { __LINE__, "550 Utilisateur inconnu", BOUNCE_CLASS_HARD },
                { __LINE__, "550 rejected by 5.1.1.1", BOUNCE_CLASS_SOFT }, /* an IP address */
                { __LINE__, "", BOUNCE_CLASS_SOFT },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (bounce_class_reply(rows[i].reply) != rows[i].class)
                        fail_msg("line %d: %s: %d", rows[i].line, rows[i].reply,
                                        (int)bounce_class_reply(rows[i].reply));
}

static void test_bounce_class__follows_the_action(void **state)
{
        (void)state;
        BounceRecipient recipient = { .action = BOUNCE_DELIVERED, .status = "5.1.1" };
        assert_int_equal(bounce_class(&recipient), BOUNCE_CLASS_DELIVERED);
        recipient.action = BOUNCE_DELAYED;
        assert_int_equal(bounce_class(&recipient), BOUNCE_CLASS_SOFT);
        recipient.action = BOUNCE_FAILED;
        assert_int_equal(bounce_class(&recipient), BOUNCE_CLASS_HARD);
}

/* Postfix's local(8) and other programs put an mbox "From " line first. */
static void test_bounce_parse__skips_the_from_line_of_an_mbox(void **state)
{
        (void)state;
        static const char text[] = "From MAILER-DAEMON  Mon Nov 23 10:00:05 2026\nReturn-Path: <>\n"
                                   "From: MAILER-DAEMON@example.org\nTo: "
                                   "bounces+0123456789abcdef01232a@example.org\n\n";
        CLEANUP(bounce_freep) Bounce *bounce = NULL;
        assert_int_equal(bounce_parse(text, strlen(text), NULL, &bounce), 0);
        assert_true(bounce->has_tag);
        assert_int_equal(bounce->kind, BOUNCE_KIND_UNCLEAR);
}

/* Reading stops early in a report of a million nested parts or of endless groups. */
static void test_bounce_parse__is_bounded(void **state)
{
        (void)state;
        CLEANUP(buffer_done)
        Buffer nested = BUFFER_INIT(16 * 1024 * 1024), many = BUFFER_INIT(16 * 1024 * 1024);
        CLEANUP(bounce_freep) Bounce *first = NULL, *second = NULL;
        buffer_puts(&nested, "To: bounces+0123456789abcdef01232a@example.org\n");
        for (int i = 0; i < 100000; i++)
                buffer_printf(&nested, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
        assert_int_equal(buffer_error(&nested), 0);
        assert_int_equal(bounce_parse(nested.data, nested.len, NULL, &first), 0);
        buffer_puts(&many, "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
                           "Content-Type: message/delivery-status\n\n");
        for (int i = 0; i < 100000; i++)
                buffer_puts(&many, "Action: failed\nFinal-Recipient: rfc822; a@example.org\n\n");
        assert_int_equal(buffer_error(&many), 0);
        assert_int_equal(bounce_parse(many.data, many.len, NULL, &second), 0);
        assert_int_equal(second->n, BOUNCE_RECIPIENTS_MAX);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_bounce_parse__reads_reports_of_real_servers),
                cmocka_unit_test(test_bounce_parse__reads_an_international_report),
                cmocka_unit_test(test_bounce_parse__rejects_other_mail),
                cmocka_unit_test(test_bounce_parse__prefers_the_envelopes_recipient),
                cmocka_unit_test(test_bounce_parse__ignores_a_tag_in_other_places),
                cmocka_unit_test(test_bounce_parse__texts_for_people),
                cmocka_unit_test(test_bounce_parse__complaints),
                cmocka_unit_test(test_bounce_verdict__prefers_the_address_and_then_the_mildest),
                cmocka_unit_test(test_bounce_class_reply__classifies_replies_of_servers),
                cmocka_unit_test(test_bounce_class__follows_the_action),
                cmocka_unit_test(test_bounce_parse__skips_the_from_line_of_an_mbox),
                cmocka_unit_test(test_bounce_parse__is_bounded),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
