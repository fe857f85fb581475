/* Faults of attempts: which concern the recipient, the server, or the sender. */

#include "outbox/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* The stage is expressed by `concerns_mail`, which tests/e2e/test_smtp.py tests for each stage. */
static void test_fault_of__replies(void **state)
{
        (void)state;
        static const struct {
                int line;
                SmtpVerdict verdict;
                int code;
                bool concerns_mail;
                const char *reply;
                Fault fault;
                bool is_final;
        } rows[] = {
                /* Recipients: no reply to RCPT or the message concerns another mail. */
                { __LINE__, SMTP_NOT_DELIVERED, 450, true, "450 4.2.0 Greylisted", FAULT_MAIL, false },
                { __LINE__, SMTP_NOT_DELIVERED, 451, true, "451 4.7.1 Greylisting in action", FAULT_MAIL,
                                false },
                { __LINE__, SMTP_NOT_DELIVERED, 501, true, "501 <a@b>: malformed", FAULT_MAIL, true },
                { __LINE__, SMTP_NOT_DELIVERED, 550, true, "550 5.1.1 No such user", FAULT_MAIL, true },
                { __LINE__, SMTP_NOT_DELIVERED, 554, true, "554 Transaction failed", FAULT_MAIL, true },
                { __LINE__, SMTP_DEFERRED, 452, true, "452 4.2.2 Mailbox full", FAULT_MAIL, false },
                { __LINE__, SMTP_REFUSED, 552, true, "552 5.3.4 Too big", FAULT_MAIL, true },
                /* The server: connection, banner, EHLO, AUTH, MAIL, and 421 at any time. */
                { __LINE__, SMTP_NOT_DELIVERED, 0, false, "Could not resolve host", FAULT_SERVER, false },
                { __LINE__, SMTP_NOT_DELIVERED, 554, false, "554 No service here", FAULT_SERVER, false },
                { __LINE__, SMTP_NOT_DELIVERED, 451, false, "451 4.3.0 not now", FAULT_SERVER, false },
                { __LINE__, SMTP_DEFERRED, 421, false, "421 4.3.2 going down", FAULT_SERVER, false },
                { __LINE__, SMTP_NOT_DELIVERED, 250, false, "no complete reply", FAULT_SERVER, false },
                /* The sender, at any stage. */
                { __LINE__, SMTP_NOT_DELIVERED, 535, false, "535 5.7.8 Bad credentials", FAULT_OURS, false },
                { __LINE__, SMTP_NOT_DELIVERED, 550, false, "550 5.7.60 may not send as this sender",
                                FAULT_OURS, false },
                { __LINE__, SMTP_NOT_DELIVERED, 550, true, "550 5.4.5 Daily sending limit", FAULT_OURS,
                                false },
                { __LINE__, SMTP_NOT_DELIVERED, 554, true, "554 5.7.1 Relay access denied", FAULT_OURS,
                                false },
                { __LINE__, SMTP_DEFERRED, 450, true, "450 4.7.1 too many messages", FAULT_OURS, false },
                { __LINE__, SMTP_REFUSED, 554, true, "554 5.2.0 X:SubmissionQuotaExceededException",
                                FAULT_OURS, false },
                /* No fault. */
                { __LINE__, SMTP_SENT, 250, false, "250 Ok", FAULT_NONE, false },
                { __LINE__, SMTP_UNKNOWN, 0, false, "closed", FAULT_NONE, false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                SmtpOutcome outcome = {
                        .verdict = rows[i].verdict,
                        .reply_code = rows[i].code,
                        .concerns_mail = rows[i].concerns_mail,
                };
                snprintf(outcome.reply, sizeof(outcome.reply), "%s", rows[i].reply);
                Fault fault = fault_of(&outcome);
                if (fault != rows[i].fault || fault_is_final(fault, &outcome) != rows[i].is_final)
                        fail_msg("line %d: %d", rows[i].line, (int)fault);
        }
}

static void test_fault_reason__of_a_wait(void **state)
{
        (void)state;
        assert_int_equal(fault_reason(FAULT_MAIL), MAIL_REASON_NONE);
        assert_int_equal(fault_reason(FAULT_SERVER), MAIL_REASON_SERVER);
        assert_int_equal(fault_reason(FAULT_OURS), MAIL_REASON_OURS);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_fault_of__replies),
                cmocka_unit_test(test_fault_reason__of_a_wait),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
