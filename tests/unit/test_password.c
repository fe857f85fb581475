/* Tests the hashes of passwords, and app passwords. */

#include "base/app-password.h"
#include "base/password.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_password_is__only_the_hashed_one(void **state)
{
        char first[PASSWORD_HASH_SIZE], second[PASSWORD_HASH_SIZE];
        (void)state;
        assert_int_equal(password_hash("слово и дело", first), 0);
        assert_int_equal(password_hash("слово и дело", second), 0);
        assert_true(strncmp(first, "$y$", 3) == 0);
        assert_string_not_equal(first, second);
        assert_true(password_is("слово и дело", first));
        assert_true(password_is("слово и дело", second));
        assert_false(password_is("слово и дел", first));
        assert_false(password_is("Слово и дело", first));
        assert_false(password_is("", first));
}

static void test_password_is__no_password_has_a_malformed_hash(void **state)
{
        static const char *const hashes[] = { "", "*", "*0", "!", "hello", "$y$", "$nothing$x$y" };
        (void)state;
        for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
                assert_false(password_is("hello", hashes[i]));
                assert_false(password_is(hashes[i], hashes[i]));
        }
}

static void test_password_hash__refuses_one_that_is_too_long(void **state)
{
        char password[PASSWORD_MAX_BYTES + 2], hash[PASSWORD_HASH_SIZE];
        (void)state;
        memset(password, 'x', sizeof(password));
        password[PASSWORD_MAX_BYTES + 1] = '\0';
        assert_int_equal(password_hash(password, hash), -EINVAL);
        password[PASSWORD_MAX_BYTES] = '\0';
        assert_int_equal(password_hash(password, hash), 0);
        assert_true(password_is(password, hash));
        password[PASSWORD_MAX_BYTES - 1] = 'y';
        assert_false(password_is(password, hash));
}

static void test_app_password_make__has_five_groups(void **state)
{
        char one[APP_PASSWORD_SIZE], other[APP_PASSWORD_SIZE], hash[HASH_HEX_SIZE], again[HASH_HEX_SIZE];
        (void)state;
        assert_int_equal(app_password_make(one), 0);
        assert_int_equal(app_password_make(other), 0);
        assert_string_not_equal(one, other);
        assert_int_equal(strlen(one), APP_PASSWORD_SIZE - 1);
        assert_int_equal(strspn(one, "abcdefghijklmnopqrstuvwxyz234567-"), strlen(one));
        for (size_t i = 5; i <= 23; i += 6)
                assert_int_equal(one[i], '-');
        assert_true(app_password_hash(one, hash));
        for (char *c = one; *c; c++)
                *c = *c == '-' ? ' ' : *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
        assert_true(app_password_hash(one, again));
        assert_string_equal(hash, again);
}

static void test_app_password_hash__knows_the_form(void **state)
{
        static const struct {
                int line;
                const char *text;
                bool is_one;
        } cases[] = {
                { __LINE__, "abcde-fghij-klmno-pqrst-uvwxyz", true },
                { __LINE__, "abcdefghijklmnopqrstuvwxyz", true },
                { __LINE__, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", true },
                { __LINE__, "abcdefghijklmnopqrstuvwxy", false },
                { __LINE__, "abcdefghijklmnopqrstuvwxyz2", false },
                { __LINE__, "abcdefghijklmnopqrstuvwxy1", false },
                { __LINE__, "abcdefghijklmnopqrstuvwxy!", false },
                { __LINE__, "", false },
                { __LINE__, "пароль", false },
        };
        char hash[HASH_HEX_SIZE];
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                if (app_password_hash(cases[i].text, hash) != cases[i].is_one)
                        fail_msg("line %d", cases[i].line);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_password_is__only_the_hashed_one),
                cmocka_unit_test(test_password_is__no_password_has_a_malformed_hash),
                cmocka_unit_test(test_password_hash__refuses_one_that_is_too_long),
                cmocka_unit_test(test_app_password_make__has_five_groups),
                cmocka_unit_test(test_app_password_hash__knows_the_form),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
