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

typedef struct Pair {
        char hash[HASH_HEX_SIZE];
} Pair;

static Pair pair(const Verified *verified, const char *name, const char *password)
{
        Pair pair;
        verified_hash(verified, name, password, pair.hash);
        return pair;
}

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
        verified_keep(verified, pair(verified, "anna", "secret word").hash, HERE, UNTIL, &anna);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Login login = { .name = "" };
                bool found = verified_find(verified, pair(verified, cases[i].name, cases[i].password).hash,
                                cases[i].version, cases[i].now, &login);
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
        assert_false(verified_was_right(verified, pair(verified, "anna", "secret word").hash));
        verified_keep(verified, pair(verified, "anna", "secret word").hash, HERE, UNTIL, &anna);
        assert_false(verified_find(
                        verified, pair(verified, "anna", "secret word").hash, HERE + 1, UNTIL, &login));
        assert_true(verified_was_right(verified, pair(verified, "anna", "secret word").hash));
        assert_false(verified_was_right(verified, pair(verified, "anna", "secret worD").hash));
        assert_false(verified_was_right(verified, pair(verified, "boris", "secret word").hash));
        verified_forget(verified, pair(verified, "anna", "another word").hash);
        assert_true(verified_was_right(verified, pair(verified, "anna", "secret word").hash));
        verified_forget(verified, pair(verified, "anna", "secret word").hash);
        assert_false(verified_was_right(verified, pair(verified, "anna", "secret word").hash));
        assert_false(verified_find(verified, pair(verified, "anna", "secret word").hash, HERE, NOW, &login));
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
                verified_keep(verified, pair(verified, name, "secret word").hash, HERE, UNTIL, &anna);
                assert_true(verified_find(
                                verified, pair(verified, name, "secret word").hash, HERE, NOW, &login));
        }
        verified_keep(verified, pair(verified, name, "secret word").hash, HERE + 1, UNTIL, &anna);
        assert_false(verified_find(verified, pair(verified, name, "secret word").hash, HERE, NOW, &login));
        assert_true(verified_find(
                        verified, pair(verified, name, "secret word").hash, HERE + 1, NOW, &login));
}

/* The memory has no byte sequence of the password, and two programs make different hashes. */
static void test_verified_key__depends_on_the_secret(void **state)
{
        CLEANUP(verified_freep) Verified *one = NULL;
        CLEANUP(verified_freep) Verified *other = NULL;
        (void)state;
        assert_int_equal(verified_new(&one), 0);
        assert_int_equal(verified_new(&other), 0);
        uint64_t key = verified_key(pair(one, "a", "b").hash);
        assert_true(key == verified_key(pair(one, "a", "b").hash));
        assert_true(key != verified_key(pair(one, "a", "c").hash));
        assert_true(key != verified_key(pair(other, "a", "b").hash));
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
