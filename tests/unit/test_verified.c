/* Tests the memory of verified passwords. */

#include "http/verified.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { HERE = 7 };
static const usec_t NOW = 1000 * USEC_PER_SEC, UNTIL = 1300 * USEC_PER_SEC;
static const Login anna = { .name = "Anna", .role = ACCOUNT_EDITOR, .read_only = true, .token = 3 };

static void test_verified_find__needs_the_same_password_version_and_time(void **state)
{
        static const struct {
                int line;
                const char *name, *password;
                int64_t version;
                usec_t now;
                bool found;
        } cases[] = {
                { __LINE__, "anna", "secret word", HERE, 1000 * USEC_PER_SEC, true },
                { __LINE__, "anna", "secret word", HERE, 1300 * USEC_PER_SEC - 1, true },
                { __LINE__, "anna", "secret word", HERE, 1300 * USEC_PER_SEC, false },
                { __LINE__, "anna", "secret word", HERE + 1, 1000 * USEC_PER_SEC, false },
                { __LINE__, "anna", "secret word", VERIFIED_ANY_VERSION, 1000 * USEC_PER_SEC, true },
                { __LINE__, "anna", "secret worD", HERE, 1000 * USEC_PER_SEC, false },
                { __LINE__, "anna", "", HERE, 1000 * USEC_PER_SEC, false },
                { __LINE__, "ann", "asecret word", HERE, 1000 * USEC_PER_SEC, false },
                { __LINE__, "boris", "secret word", HERE, 1000 * USEC_PER_SEC, false },
        };
        CLEANUP(verified_freep) Verified *verified = NULL;
        (void)state;
        assert_int_equal(verified_new(&verified), 0);
        verified_keep(verified, "anna", "secret word", HERE, UNTIL, &anna);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Login login = { .name = "" };
                bool found = verified_find(verified, cases[i].name, cases[i].password, cases[i].version,
                                cases[i].now, &login);
                if (found != cases[i].found)
                        fail_msg("line %d", cases[i].line);
                if (found && (strcmp(login.name, "Anna") != 0 || !login.read_only || login.token != 3))
                        fail_msg("line %d: another login", cases[i].line);
        }
}

static void test_verified_was_right__outlives_the_memory_until_it_is_forgotten(void **state)
{
        CLEANUP(verified_freep) Verified *verified = NULL;
        Login login;
        (void)state;
        assert_int_equal(verified_new(&verified), 0);
        assert_false(verified_was_right(verified, "anna", "secret word"));
        verified_keep(verified, "anna", "secret word", HERE, UNTIL, &anna);
        assert_false(verified_find(verified, "anna", "secret word", HERE + 1, UNTIL, &login));
        assert_true(verified_was_right(verified, "anna", "secret word"));
        assert_false(verified_was_right(verified, "anna", "secret worD"));
        assert_false(verified_was_right(verified, "boris", "secret word"));
        verified_forget(verified, "anna", "another word");
        assert_true(verified_was_right(verified, "anna", "secret word"));
        verified_forget(verified, "anna", "secret word");
        assert_false(verified_was_right(verified, "anna", "secret word"));
        assert_false(verified_find(verified, "anna", "secret word", HERE, NOW, &login));
}

static void test_verified_keep__replaces_and_stays_small(void **state)
{
        CLEANUP(verified_freep) Verified *verified = NULL;
        char name[32];
        Login login;
        (void)state;
        assert_int_equal(verified_new(&verified), 0);
        for (int i = 0; i < 10000; i++) {
                snprintf(name, sizeof(name), "name%d", i);
                verified_keep(verified, name, "secret word", HERE, UNTIL, &anna);
                assert_true(verified_find(verified, name, "secret word", HERE, NOW, &login));
        }
        verified_keep(verified, name, "secret word", HERE + 1, UNTIL, &anna);
        assert_false(verified_find(verified, name, "secret word", HERE, NOW, &login));
        assert_true(verified_find(verified, name, "secret word", HERE + 1, NOW, &login));
}

/* The memory has no byte sequence of the password, and two programs make different hashes. */
static void test_verified_key__depends_on_the_secret(void **state)
{
        CLEANUP(verified_freep) Verified *one = NULL;
        CLEANUP(verified_freep) Verified *other = NULL;
        (void)state;
        assert_int_equal(verified_new(&one), 0);
        assert_int_equal(verified_new(&other), 0);
        assert_true(verified_key(one, "a", "b") == verified_key(one, "a", "b"));
        assert_true(verified_key(one, "a", "b") != verified_key(one, "a", "c"));
        assert_true(verified_key(one, "a", "b") != verified_key(other, "a", "b"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_verified_find__needs_the_same_password_version_and_time),
                cmocka_unit_test(test_verified_was_right__outlives_the_memory_until_it_is_forgotten),
                cmocka_unit_test(test_verified_keep__replaces_and_stays_small),
                cmocka_unit_test(test_verified_key__depends_on_the_secret),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
