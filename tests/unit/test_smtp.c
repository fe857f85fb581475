#include "mail/smtp-internal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Tests mail/smtp without a server. Tests with one are in tests/e2e/test_smtp.py. */

static void test_smtp_url_is_loopback__takes_addresses_not_names(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *url;
                bool loopback;
        } rows[] = {
                { __LINE__, "smtp://127.0.0.1:25", true },
                { __LINE__, "unix:/run/smtp", true },
                { __LINE__, "smtp://unix:25", false },
                { __LINE__, "smtp://127.0.0.1", true },
                { __LINE__, "smtp://127.255.1.2:2525", true },
                { __LINE__, "smtps://localhost", true },
                { __LINE__, "smtp://LOCALHOST:25", true },
                { __LINE__, "smtp://[::1]:25", true },
                { __LINE__, "smtp://[0:0:0:0:0:0:0:1]", true },
                { __LINE__, "smtp://127.0.0.1/hello.example.org", true },
                { __LINE__, "smtp://127.example.org", false },
                { __LINE__, "smtp://127.0.0.1.example.org", false },
                { __LINE__, "smtp://localhost.example.org", false },
                { __LINE__, "smtp://127.0.0.1@mail.example.org", false },
                { __LINE__, "smtp://mail.example.org/127.0.0.1", false },
                { __LINE__, "smtp://mail.example.org#@127.0.0.1", false },
                { __LINE__, "smtp://0.0.0.0", false },
                { __LINE__, "smtp://128.0.0.1", false },
                { __LINE__, "smtp://[::]", false },
                { __LINE__, "smtp://[fe80::1]", false },
                { __LINE__, "smtp://", false },
                { __LINE__, "", false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                if (smtp_url_is_loopback(rows[i].url) != rows[i].loopback)
                        fail_msg("row of line %d: %s", rows[i].line, rows[i].url);
        }
}

static void test_smtp_check__plain_text_stays_on_this_machine(void **state)
{
        (void)state;
        static const struct {
                int line;
                SmtpOptions options;
                int expected;
                const char *where;
        } rows[] = {
                { __LINE__, { .url = "smtp://127.0.0.1:25" }, 0, NULL },
                { __LINE__, { .url = "smtp://127.0.0.1:25", .password = "" }, 0, NULL },
                { __LINE__, { .url = "smtp://mail.example.org", .starttls = true, .password = "x" }, 0,
                                NULL },
                { __LINE__, { .url = "smtps://mail.example.org", .password = "x" }, 0, NULL },
                { __LINE__, { .url = "smtp://mail.example.org" }, -EINVAL, "mail.starttls" },
                { __LINE__, { .url = "smtp://127.0.0.1:25", .password = "x" }, -EINVAL, "mail.starttls" },
                { __LINE__, { .url = "smtp://127.0.0.1:25", .token_file = "/t" }, -EINVAL, "mail.starttls" },
                { __LINE__, { .url = "unix:/run/smtp" }, 0, NULL },
                { __LINE__, { .url = "http://127.0.0.1" }, -EINVAL, "mail.url" },
                { __LINE__, { .url = "mail.example.org" }, -EINVAL, "mail.url" },
                { __LINE__, { .url = "" }, -EINVAL, "mail.url" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                InputError error = { 0 };
                if (smtp_check(&rows[i].options, &error) != rows[i].expected)
                        fail_msg("row of line %d", rows[i].line);
                if (rows[i].where)
                        assert_string_equal(error.where, rows[i].where);
        }
}

static void test_smtp_tls_is_optional__on_this_machine_only(void **state)
{
        (void)state;
        static const struct {
                int line;
                SmtpOptions options;
                bool optional;
        } rows[] = {
                { __LINE__, { .url = "smtp://127.0.0.1:25", .starttls = true }, true },
                { __LINE__, { .url = "smtp://[::1]:25", .starttls = true }, true },
                { __LINE__, { .url = "smtps://localhost", .starttls = true }, true },
                { __LINE__, { .url = "unix:/run/smtp", .starttls = true }, true },
                { __LINE__, { .url = "smtp://127.0.0.1:25", .starttls = true, .password = "x" }, false },
                { __LINE__, { .url = "smtp://127.0.0.1:25", .starttls = true, .token_file = "/t" }, false },
                { __LINE__, { .url = "smtp://127.0.0.1:25", .starttls = true, .ca_file = "/c" }, false },
                { __LINE__, { .url = "smtp://mail.example.org:25", .starttls = true }, false },
                { __LINE__, { .url = "smtps://mail.example.org", .starttls = true }, false },
                { __LINE__, { .url = "smtp://192.0.2.1:25", .starttls = true }, false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (smtp_tls_is_optional(&rows[i].options) != rows[i].optional)
                        fail_msg("row of line %d", rows[i].line);
}

static void test_smtp_begin__refuses_invalid_addresses_and_texts(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *sender, *recipient, *bytes;
        } rows[] = {
                { __LINE__, "a@example.org", "b@example.org\r\nDATA", "x\r\n" },
                { __LINE__, "a@example.org\nDATA", "b@example.org", "x\r\n" },
                { __LINE__, "a@example.org", "<b@example.org>", "x\r\n" },
                { __LINE__, "a@example.org", "b@example.org SIZE=1", "x\r\n" },
                { __LINE__, "a@example.org", "", "x\r\n" },
                { __LINE__, "", "b@example.org", "x\r\n" },
                { __LINE__, "a@example.org", "b@example.org", "x" },
                { __LINE__, "a@example.org", "b@example.org", "x\n" },
                { __LINE__, "a@example.org", "b@example.org", "" },
        };
        CLEANUP(smtp_freep) Smtp *smtp = NULL;
        const SmtpOptions options = { .url = "smtp://127.0.0.1:1", .reply_timeout = USEC_PER_SEC };
        assert_int_equal(smtp_new(&options, &smtp), 0);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                SmtpMail mail = { rows[i].sender, rows[i].recipient, rows[i].bytes, strlen(rows[i].bytes) };
                if (smtp_begin(smtp, &mail) != -EINVAL || smtp_stage(smtp) != SMTP_IDLE)
                        fail_msg("row of line %d", rows[i].line);
        }
}

static void test_smtp_new__refuses_a_name_too_long_for_a_url(void **state)
{
        (void)state;
        char hello[4096];
        memset(hello, 'x', sizeof(hello) - 1);
        hello[sizeof(hello) - 1] = '\0';
        Smtp *smtp = NULL;
        const SmtpOptions options = { .url = "smtp://127.0.0.1", .hello = hello };
        assert_true(smtp_new(&options, &smtp) < 0);
        assert_null(smtp);
}

/* The first bit is that of SCRAM-SHA-256. */
static void begin_scram(Smtp *smtp)
{
        smtp->submission = (Submission){ .step = SMTP_STEP_LOGIN };
        smtp->login.own = smtp->login.tried = 1;
        smtp->login.left = 3;
}

static void test_smtp_finish__during_a_login_makes_the_next_one_try_all(void **state)
{
        (void)state;
        CLEANUP(smtp_freep) Smtp *smtp = NULL;
        const SmtpOptions options = { .url = "smtp://127.0.0.1:1", .username = "a", .password = "b" };
        assert_int_equal(smtp_new(&options, &smtp), 0);
        unsigned all = smtp->login.left;
        begin_scram(smtp);
        smtp_finish(smtp, "the server has closed the connection", false);
        assert_int_equal(smtp->login.own, 0);
        assert_int_equal(smtp->login.left, all);
        /* A connection that is kept has logged in. */
        begin_scram(smtp);
        smtp_finish(smtp, "the address needs SMTPUTF8", true);
        assert_int_equal(smtp->login.own, 1);
        assert_int_equal(smtp->login.left, 3);
}

static void test_smtp_end_login__says_nothing_old_over_the_next_connection(void **state)
{
        (void)state;
        CLEANUP(smtp_freep) Smtp *smtp = NULL;
        const SmtpOptions options = { .url = "smtp://127.0.0.1:1", .username = "a", .password = "b" };
        assert_int_equal(smtp_new(&options, &smtp), 0);
        begin_scram(smtp);
        smtp->login.offered = 3;
        smtp->login.has_ended = smtp->login.has_failed = true;
        smtp->submission.reply_code = 535;
        buffer_puts(&smtp->out, "AUTH");
        smtp->sent = 2;
        smtp_end_login(smtp);
        assert_int_equal(smtp->submission.step, SMTP_STEP_CONNECT);
        assert_false(smtp->login.has_ended);
        assert_int_equal(smtp->login.own, 2);
        assert_int_equal(smtp->out.len, 0);
        assert_int_equal(smtp->sent, 0);
}

/* The messages of RFC 7677, 3. */
#define SCRAM_FIRST                                                                                         \
        "334 cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodllEcFdVYTJSYVRDQWZ1eEZJbGopaE5sRiRrMCxzPVcyMlphSjBTTlk3c29F"  \
        "c1VFamI2Z1E9PSxpPTQwOTY=\r\n"
#define SCRAM_LAST "334 dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==\r\n"

static void keep_shown(SmtpSide side, const char *line, void *userdata)
{
        buffer_printf(userdata, "%s%s\n", side == SMTP_SERVER ? "< " : "> ", line);
}

static void test_smtp_hear__a_login_by_scram(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *replies;
                bool has_ended, has_failed;
                const char *shown;
        } rows[] = {
                { __LINE__, SCRAM_FIRST, false, false, "< 334 ***\n> ***\n" },
                { __LINE__, "334-secret\r\n" SCRAM_FIRST SCRAM_LAST "235 2.7.0 welcome\r\n", true, false,
                                "< 334 ***\n< 334 ***\n> ***\n< 334 ***\n> ***\n< 235 2.7.0 welcome\n" },
                { __LINE__, SCRAM_FIRST "235 2.7.0 welcome\r\n", true, true,
                                "< 334 ***\n> ***\n< 235 2.7.0 welcome\n" },
                /* A login has two challenges. */
                { __LINE__, SCRAM_FIRST SCRAM_LAST SCRAM_LAST, true, true,
                                "< 334 ***\n> ***\n< 334 ***\n> ***\n< 334 ***\n" },
                /* The reason that is told is not the text of a challenge. */
                { __LINE__, "334 secret*\r\n", true, true, "< 334 ***\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer shown = BUFFER_INIT(4096);
                CLEANUP(smtp_freep) Smtp *smtp = NULL;
                const SmtpOptions options = {
                        .url = "smtp://127.0.0.1:1", .on_dialogue = keep_shown, .dialogue_userdata = &shown
                };
                assert_int_equal(smtp_new(&options, &smtp), 0);
                begin_scram(smtp);
                assert_int_equal(scram_new("SCRAM-SHA-256", "user", "pencil", "rOprNGfwEbeRWgbNEkqO",
                                                 &smtp->login.scram),
                                0);
                smtp_hear(smtp, rows[i].replies, strlen(rows[i].replies));
                const SmtpLogin *login = &smtp->login;
                if (login->has_ended != rows[i].has_ended || login->has_failed != rows[i].has_failed ||
                                (login->error != NULL) != rows[i].has_failed ||
                                strcmp(buffer_text(&shown), rows[i].shown) != 0)
                        fail_msg("row of line %d: %s", rows[i].line, buffer_text(&shown));
        }
}

static int set_up(void **state)
{
        (void)state;
        return smtp_global_init();
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_smtp_url_is_loopback__takes_addresses_not_names),
                cmocka_unit_test(test_smtp_check__plain_text_stays_on_this_machine),
                cmocka_unit_test(test_smtp_tls_is_optional__on_this_machine_only),
                cmocka_unit_test(test_smtp_begin__refuses_invalid_addresses_and_texts),
                cmocka_unit_test(test_smtp_new__refuses_a_name_too_long_for_a_url),
                cmocka_unit_test(test_smtp_finish__during_a_login_makes_the_next_one_try_all),
                cmocka_unit_test(test_smtp_end_login__says_nothing_old_over_the_next_connection),
                cmocka_unit_test(test_smtp_hear__a_login_by_scram),
        };
        return cmocka_run_group_tests(tests, set_up, NULL);
}
