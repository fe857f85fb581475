/*
 * Variable envelope return paths: printed addresses are recognized after usual changes in transit, other
 * addresses are not.
 */

#include "mail/verp.h"

#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "0123456789abcdefghijABCDEFGHIJ-_"

static void test_verp_print__is_found_again(void **state)
{
        (void)state;
        static const int64_t mails[] = { 1, 15, 16, 1234567, INT64_MAX };
        for (size_t i = 0; i < sizeof(mails) / sizeof(mails[0]); i++) {
                char address[VERP_ADDRESS_SIZE], again[VERP_ADDRESS_SIZE], header[VERP_ADDRESS_SIZE + 32];
                VerpTag tag;
                assert_int_equal(verp_print("bounces@example.org", mails[i], SECRET, "anna@example.org",
                                                 address),
                                0);
                assert_int_equal(verp_print("bounces@example.org", mails[i], SECRET, "Anna@Example.ORG",
                                                 again),
                                0);
                assert_string_equal(address, again);
                assert_true(strcspn(address, "@") <= 64);
                assert_memory_equal(address, "bounces+", 8);
                assert_string_equal(strchr(address, '@'), "@example.org");
                for (char *c = again; *c; c++)
                        *c = (char)toupper((unsigned char)*c);
                snprintf(header, sizeof(header), " \"Bounces\" <%s>\r\n", again);
                assert_true(verp_find(header, &tag));
                assert_int_equal(tag.mail, mails[i]);
                assert_true(verp_is_of(&tag, SECRET, "anna@example.org"));
                assert_false(verp_is_of(&tag, SECRET, "boris@example.org"));
                assert_false(verp_is_of(&tag, "another", "anna@example.org"));
                tag.mail ^= 1;
                assert_false(verp_is_of(&tag, SECRET, "anna@example.org"));
        }
}

static void test_verp_print__keeps_to_the_limit_of_a_local_part(void **state)
{
        (void)state;
        char address[VERP_ADDRESS_SIZE] = "untouched";
        assert_int_equal(verp_print("abcdefghijklmnopqrstuvwxyza@example.org", INT64_MAX, SECRET, "",
                                         address),
                        0);
        assert_int_equal(strcspn(address, "@"), 64);
        strcpy(address, "untouched");
        assert_int_equal(verp_print("abcdefghijklmnopqrstuvwxyzab@example.org", 1, SECRET, "", address),
                        -EINVAL);
        assert_int_equal(verp_print("bounces", 1, SECRET, "", address), -EINVAL);
        assert_int_equal(verp_print("@example.org", 1, SECRET, "", address), -EINVAL);
        assert_string_equal(address, "untouched");
}

static void test_verp_find__finds_nothing_else(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
        } rows[] = {
                { __LINE__, "" },
                { __LINE__, "bounces@example.org" },
                { __LINE__, "bounces+@example.org" },
                { __LINE__, "bounces+0123456789abcdef0123@example.org" },  /* no number */
                { __LINE__, "bounces+0123456789abcdef01230@example.org" }, /* 0 is no mail's number */
                { __LINE__, "bounces+0123456789abcdef0123ffffffffffffffff@example.org" },
                { __LINE__, "bounces+0123456789abcdef012300000000000000001@example.org" }, /* too long */
                { __LINE__, "bounces+0123456789abcdef01231" },
                { __LINE__, "bounces+0123456789abcdefg1231@example.org" },
                { __LINE__, "+++++++@@@@" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                VerpTag tag;
                if (verp_find(rows[i].text, &tag))
                        fail_msg("line %d: %s", rows[i].line, rows[i].text);
        }
}

static void test_verp_find__skips_other_details(void **state)
{
        (void)state;
        VerpTag tag;
        assert_true(verp_find(
                        "a+b@example.org, prvs=1=bounces+list+0123456789ABCDEF01232a@example.org", &tag));
        assert_int_equal(tag.mail, 0x2a);
        assert_string_equal(tag.mac, "0123456789abcdef0123");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_verp_print__is_found_again),
                cmocka_unit_test(test_verp_print__keeps_to_the_limit_of_a_local_part),
                cmocka_unit_test(test_verp_find__finds_nothing_else),
                cmocka_unit_test(test_verp_find__skips_other_details),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
