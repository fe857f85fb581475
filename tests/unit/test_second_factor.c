/* Tests the second factor of an account in the store: its states, and that each code is taken once. */

#include "store/second-factor.h"

#include <liboath/oath.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

#define NOW    (20000 * USEC_PER_DAY)
#define PERIOD (TOTP_PERIOD_SECONDS * USEC_PER_SEC)

typedef struct Fixture {
        char directory[SCRATCH_DIRECTORY_SIZE];
        ZoneTable *zones;
        Store *store;
        RecoveryCodes codes;
} Fixture;

static int set_up(void **state)
{
        Fixture *f = calloc(1, sizeof(*f));
        char url[SCRATCH_URL_SIZE];
        Account account = { .name = "Olga", .role = ACCOUNT_EDITOR, .password = "$y$x", .created = NOW };
        assert_non_null(f);
        scratch_open(f->directory, url);
        scratch_store(url, &f->zones, &f->store);
        assert_int_equal(account_add(f->store, &account), 0);
        *state = f;
        return 0;
}

static int tear_down(void **state)
{
        Fixture *f = *state;
        scratch_close(f->directory, f->store, NULL, f->zones);
        free(f);
        return 0;
}

static SecondFactor get(Fixture *f)
{
        SecondFactor factor = { .n_codes = -1 };
        assert_int_equal(second_factor_get(f->store, "olga", &factor), 0);
        return factor;
}

/* Returns the code of an instant; static. */
static const char *code_at(Fixture *f, usec_t at)
{
        static char code[TOTP_DIGITS + 1];
        char *bytes;
        size_t len;
        SecondFactor factor = get(f);
        assert_int_equal(oath_base32_decode(factor.secret, strlen(factor.secret), &bytes, &len), OATH_OK);
        assert_int_equal(oath_totp_generate(bytes, len, at / USEC_PER_SEC, TOTP_PERIOD_SECONDS, 0,
                                         TOTP_DIGITS, code),
                        OATH_OK);
        free(bytes);
        return code;
}

static bool is_on(Fixture *f)
{
        Account account;
        assert_int_equal(account_get(f->store, "olga", &account), 0);
        return account.has_second_factor;
}

static int64_t version(Fixture *f)
{
        int64_t ret = -1;
        assert_int_equal(account_version(f->store, &ret), 0);
        return ret;
}

static int check(Fixture *f, const char *code, usec_t now)
{
        return second_factor_check(f->store, "OLGA", code, now);
}

static void turn_on(Fixture *f)
{
        assert_int_equal(second_factor_propose(f->store, "Olga"), 0);
        assert_int_equal(second_factor_confirm(f->store, "olga", code_at(f, NOW), NOW, &f->codes), 0);
}

static void test_second_factor_propose__is_not_in_use(void **state)
{
        Fixture *f = *state;
        SecondFactor factor;
        assert_int_equal(second_factor_get(f->store, "olga", &factor), STORE_E_NOT_FOUND);
        assert_int_equal(second_factor_confirm(f->store, "olga", "123456", NOW, &f->codes),
                        STORE_E_NOT_FOUND);
        assert_int_equal(second_factor_propose(f->store, "olga"), 0);
        SecondFactor first = get(f);
        assert_int_equal(second_factor_propose(f->store, "olga"), 0);
        assert_string_not_equal(first.secret, get(f).secret);
        assert_false(is_on(f));
        assert_int_equal(check(f, code_at(f, NOW), NOW), STORE_E_NOT_FOUND);
        assert_int_equal(second_factor_renew(f->store, "olga", &f->codes), STORE_E_NOT_FOUND);
}

static void test_second_factor_confirm__needs_a_first_code(void **state)
{
        Fixture *f = *state;
        assert_int_equal(second_factor_propose(f->store, "olga"), 0);
        int64_t before = version(f);
        assert_int_equal(second_factor_confirm(f->store, "olga", "12345", NOW, &f->codes),
                        SECOND_FACTOR_E_WRONG);
        assert_false(is_on(f));
        assert_int_equal(second_factor_confirm(f->store, "olga", code_at(f, NOW), NOW, &f->codes), 0);
        assert_true(is_on(f));
        assert_true(version(f) > before);
        SecondFactor factor = get(f);
        assert_int_equal(factor.confirmed, NOW);
        assert_int_equal(factor.n_codes, SECOND_FACTOR_CODES);
        assert_int_equal(second_factor_propose(f->store, "olga"), STORE_E_CONFLICT);
        assert_string_equal(get(f).secret, factor.secret);
}

static void test_second_factor_check__takes_each_code_once(void **state)
{
        Fixture *f = *state;
        turn_on(f);
        assert_int_equal(check(f, code_at(f, NOW), NOW), SECOND_FACTOR_E_WRONG);
        assert_int_equal(check(f, code_at(f, NOW - PERIOD), NOW), SECOND_FACTOR_E_WRONG);
        assert_int_equal(check(f, code_at(f, NOW + PERIOD), NOW), 0);
        assert_int_equal(check(f, code_at(f, NOW + PERIOD), NOW + PERIOD), SECOND_FACTOR_E_WRONG);
        assert_int_equal(check(f, code_at(f, NOW), NOW + PERIOD), SECOND_FACTOR_E_WRONG);
        assert_int_equal(check(f, code_at(f, NOW + 3 * PERIOD), NOW + PERIOD), SECOND_FACTOR_E_WRONG);
        assert_int_equal(check(f, code_at(f, NOW + 2 * PERIOD), NOW + 3 * PERIOD), 0);
}

static void test_second_factor_check__takes_each_recovery_code_once(void **state)
{
        Fixture *f = *state;
        RecoveryCodes old;
        turn_on(f);
        old = f->codes;
        assert_int_equal(check(f, old.codes[3], NOW), 0);
        assert_int_equal(check(f, old.codes[3], NOW), SECOND_FACTOR_E_WRONG);
        assert_int_equal(check(f, "aaaaa-aaaaa-aaaaa-aaaaa-aaaaaa", NOW), SECOND_FACTOR_E_WRONG);
        assert_int_equal(get(f).n_codes, SECOND_FACTOR_CODES - 1);
        assert_int_equal(second_factor_renew(f->store, "olga", &f->codes), 0);
        assert_int_equal(check(f, old.codes[4], NOW), SECOND_FACTOR_E_WRONG);
        assert_int_equal(check(f, f->codes.codes[4], NOW), 0);
        assert_int_equal(get(f).n_codes, SECOND_FACTOR_CODES - 1);
}

static void test_second_factor_remove__removes_it_all(void **state)
{
        Fixture *f = *state;
        turn_on(f);
        int64_t before = version(f);
        assert_int_equal(second_factor_remove(f->store, "OLGA"), 0);
        assert_int_equal(second_factor_remove(f->store, "olga"), STORE_E_NOT_FOUND);
        assert_true(version(f) > before);
        assert_false(is_on(f));
        assert_int_equal(check(f, f->codes.codes[0], NOW), STORE_E_NOT_FOUND);
        turn_on(f);
        assert_int_equal(account_remove(f->store, "olga"), 0);
        SecondFactor factor;
        assert_int_equal(second_factor_get(f->store, "olga", &factor), STORE_E_NOT_FOUND);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_second_factor_propose__is_not_in_use, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_second_factor_confirm__needs_a_first_code, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_second_factor_check__takes_each_code_once, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_second_factor_check__takes_each_recovery_code_once, set_up, tear_down),
                cmocka_unit_test_setup_teardown(
                                test_second_factor_remove__removes_it_all, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
