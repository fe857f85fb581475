/* Tests the waits after wrong passwords, with a simulated clock. */

#include "http/login-limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const usec_t NOW = 1000 * USEC_PER_SEC, SECOND = USEC_PER_SEC, LONGEST = 60 * USEC_PER_SEC;
static const LoginLimitOptions options = { .n_free = 3, .wait_max = 60 * USEC_PER_SEC };

static void test_login_limit_wait__doubles_up_to_the_longest(void **state)
{
        CLEANUP(login_limit_freep) LoginLimit *limit = NULL;
        (void)state;
        assert_int_equal(login_limit_new(&options, &limit), 0);
        for (int i = 0; i < options.n_free; i++) {
                assert_int_equal(login_limit_wait(limit, "192.0.2.1", NOW), 0);
                login_limit_fail(limit, "192.0.2.1", NOW);
        }
        assert_int_equal(login_limit_wait(limit, "192.0.2.1", NOW), 0);
        for (usec_t wait = SECOND; wait < 4 * LONGEST; wait *= 2) {
                usec_t expected = wait < LONGEST ? wait : LONGEST;
                login_limit_fail(limit, "192.0.2.1", NOW);
                assert_int_equal(login_limit_wait(limit, "192.0.2.1", NOW), expected);
                assert_int_equal(login_limit_wait(limit, "192.0.2.1", NOW + expected - 1), 1);
                assert_int_equal(login_limit_wait(limit, "192.0.2.1", NOW + expected), 0);
                assert_int_equal(login_limit_wait(limit, "192.0.2.2", NOW), 0);
        }
        for (int i = 0; i < 100; i++)
                login_limit_fail(limit, "192.0.2.1", NOW);
        assert_int_equal(login_limit_wait(limit, "192.0.2.1", NOW), LONGEST);
}

static void test_login_limit_forget__begins_anew(void **state)
{
        CLEANUP(login_limit_freep) LoginLimit *limit = NULL;
        (void)state;
        assert_int_equal(login_limit_new(&options, &limit), 0);
        for (int i = 0; i < 10; i++)
                login_limit_fail(limit, "anna", NOW);
        assert_true(login_limit_wait(limit, "anna", NOW) > 0);
        login_limit_forget(limit, "anna");
        assert_int_equal(login_limit_wait(limit, "anna", NOW), 0);
        login_limit_fail(limit, "anna", NOW);
        assert_int_equal(login_limit_wait(limit, "anna", NOW), 0);
}

/* The end of the wait does not make the next failure free; a quiet time of the longest wait does. */
static void test_login_limit_wait__is_forgotten_after_a_quiet_time(void **state)
{
        CLEANUP(login_limit_freep) LoginLimit *limit = NULL;
        (void)state;
        assert_int_equal(login_limit_new(&options, &limit), 0);
        for (int i = 0; i < 5; i++)
                login_limit_fail(limit, "anna", NOW);
        usec_t end = NOW + 2 * SECOND;
        login_limit_fail(limit, "anna", end);
        assert_int_equal(login_limit_wait(limit, "anna", end), 4 * SECOND);
        usec_t later = end + 4 * SECOND + LONGEST + 1;
        login_limit_fail(limit, "anna", later);
        assert_int_equal(login_limit_wait(limit, "anna", later), 0);
}

/* Many keys that fail once push out neither a key that fails often nor the table's size. */
static void test_login_limit_fail__keeps_those_that_fail_often(void **state)
{
        CLEANUP(login_limit_freep) LoginLimit *limit = NULL;
        char key[32];
        (void)state;
        assert_int_equal(login_limit_new(&options, &limit), 0);
        for (int i = 0; i < 20; i++)
                login_limit_fail(limit, "192.0.2.1", NOW);
        for (int i = 0; i < 100000; i++) {
                snprintf(key, sizeof(key), "name%d", i);
                login_limit_fail(limit, key, NOW);
        }
        assert_int_equal(login_limit_wait(limit, "192.0.2.1", NOW), LONGEST);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_login_limit_wait__doubles_up_to_the_longest),
                cmocka_unit_test(test_login_limit_forget__begins_anew),
                cmocka_unit_test(test_login_limit_wait__is_forgotten_after_a_quiet_time),
                cmocka_unit_test(test_login_limit_fail__keeps_those_that_fail_often),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
