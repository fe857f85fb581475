#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mail/imap-reply.h"
#include "mail/mailbox.h"

static void test_imap_reply_kind__table(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                ImapReplyKind kind;
        } rows[] = {
                { __LINE__, "c7 OK done", IMAP_DONE },
                { __LINE__, "c7 OK", IMAP_DONE },
                { __LINE__, "c7 ok [READ-WRITE] x", IMAP_DONE },
                { __LINE__, "c7 NO no", IMAP_REFUSED },
                { __LINE__, "c7 BAD what", IMAP_REFUSED },
                { __LINE__, "c70 OK done", IMAP_NONSENSE },
                { __LINE__, "c OK done", IMAP_NONSENSE },
                { __LINE__, "c7 OKAY", IMAP_NONSENSE },
                { __LINE__, "c7", IMAP_NONSENSE },
                { __LINE__, "* OK hello {5}", IMAP_STATUS },
                { __LINE__, "* NO [ALERT] disk", IMAP_STATUS },
                { __LINE__, "* BYE going", IMAP_BYE },
                { __LINE__, "* SEARCH", IMAP_DATA },
                { __LINE__, "* 3 FETCH (UID 1)", IMAP_DATA },
                { __LINE__, "*", IMAP_NONSENSE },
                { __LINE__, "* ", IMAP_NONSENSE },
                { __LINE__, "+ go on", IMAP_NONSENSE },
                { __LINE__, "", IMAP_NONSENSE },
                { __LINE__, "HTTP/1.1 200 OK", IMAP_NONSENSE },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (imap_reply_kind(rows[i].text, "c7") != rows[i].kind)
                        fail_msg("row of line %d", rows[i].line);
}

static void test_imap_reply_literal__at_the_end_only(void **state)
{
        (void)state;
        size_t octets = 7;
        assert_true(imap_reply_literal("* 1 FETCH (BODY[] {0}", &octets));
        assert_int_equal(octets, 0);
        assert_true(imap_reply_literal("* 1 FETCH (X {3} BODY[] {4294967295}", &octets));
        assert_int_equal(octets, 4294967295);
        static const char *const none[] = { "", "{", "{}", "{5} ", "{5})", "{-5}", "{5+}", "{4294967296}",
                "{99999999999999999999999}", "{0x5}", "5}" };
        for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
                if (imap_reply_literal(none[i], &octets))
                        fail_msg("'%s' was taken", none[i]);
}

static void add(uint32_t number, void *userdata)
{
        char *text = userdata;
        sprintf(text + strlen(text), "%u,", number);
}

static void test_imap_reply_search__table(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *numbers;
                int result;
        } rows[] = {
                { __LINE__, "* SEARCH", "", 0 },
                { __LINE__, "* SEARCH ", "", 0 },
                { __LINE__, "* search 2 84 882", "2,84,882,", 0 },
                { __LINE__, "* SEARCH  2  4294967295 ", "2,4294967295,", 0 },
                { __LINE__, "* SEARCH 2 (MODSEQ 917162500)", "2,", 0 },
                { __LINE__, "* SEARCH 4294967296", "", -EBADMSG },
                { __LINE__, "* SEARCH 0", "", -EBADMSG },
                { __LINE__, "* SEARCH 1:4", "", -EBADMSG },
                { __LINE__, "* SEARCH 1x", "", -EBADMSG },
                { __LINE__, "* SEARCH -1", "", -EBADMSG },
                { __LINE__, "* SEARCHING 1", "", -ENOENT },
                { __LINE__, "* 4 EXISTS", "", -ENOENT },
                { __LINE__, "c1 OK", "", -ENOENT },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char numbers[128] = "";
                int r = imap_reply_search(rows[i].text, add, numbers);
                if (r != rows[i].result || strcmp(numbers, rows[i].numbers) != 0)
                        fail_msg("row of line %d: %d %s", rows[i].line, r, numbers);
        }
}

static void test_imap_reply_is_body__only_of_the_requested_message(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                bool is;
        } rows[] = {
                { __LINE__, "* 3 FETCH (UID 17 BODY[]<0> )", true },
                { __LINE__, "* 3 FETCH (BODY[]<0>  UID 17)", true },
                { __LINE__, "* 3 fetch (FLAGS (\\Recent) uid 17 body[] )", true },
                { __LINE__, "* 3 FETCH (UID 170 BODY[]<0> )", false },
                { __LINE__, "* 17 FETCH (UID 3 BODY[]<0> )", false },
                { __LINE__, "* 3 FETCH (XUID 17 UID 4 BODY[]<0> )", false },
                { __LINE__, "* 3 FETCH (UID 17 FLAGS (\\Seen))", false },
                { __LINE__, "* 3 FETCH UID 17 BODY[]", false },
                { __LINE__, "* 3 EXPUNGE", false },
                { __LINE__, "* FETCH (UID 17 BODY[] )", false },
                { __LINE__, "", false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (imap_reply_is_body(rows[i].text, 17) != rows[i].is)
                        fail_msg("row of line %d", rows[i].line);
}

static void test_imap_reply_code__numbers(void **state)
{
        (void)state;
        assert_int_equal(imap_reply_code("* OK [UIDVALIDITY 3857529045] UIDs valid", "UIDVALIDITY"),
                        3857529045);
        assert_int_equal(imap_reply_code("* OK [UIDNEXT 4392]", "UIDVALIDITY"), 0);
        assert_int_equal(imap_reply_code("* OK [UIDVALIDITY x]", "UIDVALIDITY"), 0);
        assert_int_equal(imap_reply_code("* OK [UIDVALIDITY 5", "UIDVALIDITY"), 0);
        assert_int_equal(imap_reply_code("* OK", "UIDVALIDITY"), 0);
}

static void test_imap_quote__a_value_cannot_end_its_quotes(void **state)
{
        (void)state;
        char text[16];
        assert_int_equal(imap_quote("INBOX", text, sizeof(text)), 0);
        assert_string_equal(text, "\"INBOX\"");
        assert_int_equal(imap_quote("a\"b\\c d", text, sizeof(text)), 0);
        assert_string_equal(text, "\"a\\\"b\\\\c d\"");
        assert_int_equal(imap_quote("a\r\nb", text, sizeof(text)), -EINVAL);
        assert_int_equal(imap_quote("\xd0\x9f", text, sizeof(text)), -EINVAL);
        assert_int_equal(imap_quote("twelve bytes", text, sizeof(text)), 0);
        assert_int_equal(imap_quote("fourteen bytes", text, sizeof(text)), -EFBIG);
        assert_int_equal(imap_quote("\"\"\"\"\"\"\"\"\"\"", text, sizeof(text)), -EFBIG);
}

static void test_mailbox_check__table(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *url, *username, *password;
                bool starttls;
                const char *where; /* NULL: valid */
        } rows[] = {
                { __LINE__, "imaps://mail.example.org/INBOX", "u", "p", true, NULL },
                { __LINE__, "imaps://mail.example.org", "u", "p", false, NULL },
                { __LINE__, "imap://mail.example.org:143/a%20b/c", "u", "p", true, NULL },
                { __LINE__, "imap://mail.example.org/INBOX", "u", "p", false, "starttls" },
                { __LINE__, "imap://127.0.0.1/INBOX", "u", "p", false, NULL },
                { __LINE__, "imap://127.example.org/INBOX", "u", "p", false, "starttls" },
                { __LINE__, "pop3s://mail.example.org", "u", "p", false, NULL },
                { __LINE__, "pop3://mail.example.org/", "u", "p", true, NULL },
                { __LINE__, "pop3://mail.example.org/INBOX", "u", "p", true, "mailbox" },
                { __LINE__, "imaps://mail.example.org/INBOX", "", "p", true, "username" },
                { __LINE__, "imaps://mail.example.org/INBOX", "u", NULL, true, "password_file" },
                { __LINE__, "imaps://u:secret@mail.example.org/", "u", "p", true, "mailbox" },
                { __LINE__, "imaps://mail.example.org/INBOX?UNSEEN", "u", "p", true, "mailbox" },
                { __LINE__, "imaps://mail.example.org/a%0d%0aX", "u", "p", true, "mailbox" },
                { __LINE__, "imaps://mail.example.org/%d0%9f", "u", "p", true, "mailbox" },
                { __LINE__, "imaps://", "u", "p", true, "mailbox" },
                { __LINE__, "maildir:/var/mail/bounces", NULL, NULL, true, NULL },
                { __LINE__, "maildir:mail", NULL, NULL, true, "mailbox" },
                { __LINE__, "http://mail.example.org/", "u", "p", true, "mailbox" },
                { __LINE__, "", "u", "p", true, "mailbox" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                InputError error = { 0 };
                MailboxOptions options = { rows[i].url, rows[i].username, rows[i].password, NULL,
                        rows[i].starttls };
                int r = mailbox_check(&options, &error);
                if ((r == 0) != !rows[i].where ||
                                strcmp(error.where, rows[i].where ? rows[i].where : "") != 0)
                        fail_msg("row of line %d: %d %s: %s", rows[i].line, r, error.where, error.message);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_imap_reply_kind__table),
                cmocka_unit_test(test_imap_reply_literal__at_the_end_only),
                cmocka_unit_test(test_imap_reply_search__table),
                cmocka_unit_test(test_imap_reply_is_body__only_of_the_requested_message),
                cmocka_unit_test(test_imap_reply_code__numbers),
                cmocka_unit_test(test_imap_quote__a_value_cannot_end_its_quotes),
                cmocka_unit_test(test_mailbox_check__table),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
