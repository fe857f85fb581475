/* Tests the throttle of a mail server: its rate, and that it closes after failures. */

#include "outbox/throttle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define S USEC_PER_SEC

static void meet_trouble(Throttle *throttle, usec_t now)
{
        assert_true(throttle_pass(throttle, now));
        throttle_report(throttle, THROTTLE_PASS, DELIVERY_SERVER_TROUBLE, now);
}

static void test_throttle__keeps_the_rate(void **state)
{
        (void)state;
        CLEANUP(throttle_freep) Throttle *throttle = NULL;
        assert_int_equal(throttle_new(&(ConfigRates){ .per_minute = 60 }, &throttle), 0);
        int passed = 0;
        for (usec_t now = 0; now < 600 * S; now += S / 10)
                if (throttle_pass(throttle, now)) {
                        throttle_report(throttle, THROTTLE_PASS, DELIVERY_SERVER_WORKS, now);
                        passed++;
                }
        assert_int_equal(passed, 600);
        assert_int_equal(throttle_next(throttle, 599 * S + S / 2), 600 * S);
}

static void test_throttle__without_a_rate_lets_all_through(void **state)
{
        (void)state;
        CLEANUP(throttle_freep) Throttle *throttle = NULL;
        assert_int_equal(throttle_new(&(ConfigRates){ .per_minute = 0 }, &throttle), 0);
        for (int i = 0; i < 1000; i++)
                assert_true(throttle_pass(throttle, 5 * S));
        assert_int_equal(throttle_next(throttle, 5 * S), 5 * S);
}

static void test_throttle__closes_after_failures_and_tests_with_one_mail(void **state)
{
        (void)state;
        CLEANUP(throttle_freep) Throttle *throttle = NULL;
        assert_int_equal(throttle_new(&(ConfigRates){ .per_minute = 0 }, &throttle), 0);
        for (int i = 0; i < THROTTLE_FAILURES; i++)
                meet_trouble(throttle, i);
        usec_t closed = THROTTLE_FAILURES - 1;
        assert_false(throttle_pass(throttle, closed + S));
        assert_int_equal(throttle_next(throttle, closed + S), closed + THROTTLE_WAIT_MIN_SECONDS * S);
        /*
         * A closed throttle admits one mail at a time; the wait doubles after each failure, up to the
         * maximum.
         */
        usec_t wait = THROTTLE_WAIT_MIN_SECONDS * S, longest = THROTTLE_WAIT_MAX_SECONDS * S;
        for (int i = 0; i < 10; i++) {
                usec_t now = closed + wait;
                assert_false(throttle_pass(throttle, now - 1));
                assert_true(throttle_pass(throttle, now));
                assert_false(throttle_pass(throttle, now));
                assert_int_equal(throttle_next(throttle, now), USEC_INFINITY);
                throttle_report(throttle, THROTTLE_TEST, DELIVERY_SERVER_TROUBLE, now);
                closed = now;
                wait = 2 * wait < longest ? 2 * wait : longest;
        }
        assert_true(throttle_pass(throttle, closed + wait));
        throttle_report(throttle, THROTTLE_TEST, DELIVERY_SERVER_WORKS, closed + wait);
        assert_true(throttle_pass(throttle, closed + wait));
        assert_true(throttle_pass(throttle, closed + wait));
}

static void test_throttle__ignores_a_mail_that_did_not_reach_the_server(void **state)
{
        (void)state;
        CLEANUP(throttle_freep) Throttle *throttle = NULL;
        assert_int_equal(throttle_new(&(ConfigRates){ .per_minute = 0 }, &throttle), 0);
        for (int i = 0; i < THROTTLE_FAILURES; i++)
                meet_trouble(throttle, i);
        usec_t later = 3600 * S;
        assert_true(throttle_pass(throttle, later));
        throttle_report(throttle, THROTTLE_TEST, DELIVERY_NOT_ASKED, later);
        assert_true(throttle_pass(throttle, later));
        assert_false(throttle_pass(throttle, later));
}

static void test_throttle__mails_in_progress_do_not_lengthen_the_wait(void **state)
{
        (void)state;
        CLEANUP(throttle_freep) Throttle *throttle = NULL;
        assert_int_equal(throttle_new(&(ConfigRates){ .per_minute = 0 }, &throttle), 0);
        for (int i = 0; i < 8; i++)
                assert_true(throttle_pass(throttle, 0));
        for (int i = 0; i < 8; i++)
                throttle_report(throttle, THROTTLE_PASS, DELIVERY_SERVER_TROUBLE, 0);
        assert_int_equal(throttle_next(throttle, S), THROTTLE_WAIT_MIN_SECONDS * S);
}

/* A mail that was begun before the breaker opened says nothing about the test. */
static void test_throttle__one_mail_tests_whatever_others_report(void **state)
{
        static const DeliveryServer servers[] = { DELIVERY_NOT_ASKED, DELIVERY_SERVER_TROUBLE };
        (void)state;
        for (size_t i = 0; i < sizeof(servers) / sizeof(*servers); i++) {
                CLEANUP(throttle_freep) Throttle *throttle = NULL;
                assert_int_equal(throttle_new(&(ConfigRates){ .per_minute = 0 }, &throttle), 0);
                assert_int_equal(throttle_pass(throttle, 0), THROTTLE_PASS);
                for (int k = 0; k < THROTTLE_FAILURES; k++)
                        meet_trouble(throttle, k);
                usec_t later = 3600 * S;
                assert_int_equal(throttle_pass(throttle, later), THROTTLE_TEST);
                throttle_report(throttle, THROTTLE_PASS, servers[i], later);
                assert_int_equal(throttle_pass(throttle, later), THROTTLE_NO_PASS);
                assert_int_equal(throttle_next(throttle, later), USEC_INFINITY);
        }
}

static int n_passed(Throttle *throttle, usec_t from, usec_t to, usec_t step)
{
        int n = 0;
        for (usec_t now = from; now < to; now += step)
                n += throttle_pass(throttle, now) != THROTTLE_NO_PASS;
        return n;
}

/* No period of the length of a limit has more mails than the limit, wherever it begins. */
static void test_throttle__keeps_several_limits_at_once(void **state)
{
        (void)state;
        static const ConfigRate limits[] = { { 10, 60 * S }, { 25, 600 * S } };
        CLEANUP(throttle_freep) Throttle *throttle = NULL;
        assert_int_equal(throttle_new(&(ConfigRates){ .limits = limits, .n = 2 }, &throttle), 0);
        assert_int_equal(n_passed(throttle, 0, S, S / 100), 10);
        assert_int_equal(throttle_next(throttle, S), 60 * S);
        assert_int_equal(n_passed(throttle, S, 60 * S, S), 0);
        assert_int_equal(n_passed(throttle, 60 * S, 61 * S, S / 100), 10);
        assert_int_equal(n_passed(throttle, 61 * S, 600 * S, S), 5);
        assert_int_equal(throttle_next(throttle, 599 * S), 600 * S);
        assert_int_equal(n_passed(throttle, 600 * S, 601 * S, S / 100), 10);
}

/* After a restart the mails of the earlier process count, too. */
static void test_throttle__counts_mails_of_an_earlier_process(void **state)
{
        (void)state;
        static const ConfigRate limit = { 3, 100 * S };
        CLEANUP(throttle_freep) Throttle *throttle = NULL;
        assert_int_equal(throttle_new(&(ConfigRates){ .limits = &limit, .n = 1 }, &throttle), 0);
        throttle_count(throttle, -50 * S);
        throttle_count(throttle, -10 * S);
        assert_true(throttle_pass(throttle, 0));
        assert_int_equal(throttle_next(throttle, 0), 50 * S);
        static const ConfigRate other = { 2, 100 * S };
        assert_int_equal(throttle_configure(throttle, &(ConfigRates){ .limits = &other, .n = 1 }), 0);
        assert_int_equal(throttle_next(throttle, 0), 90 * S);
}

static void test_throttle_forgive__opens_the_breaker(void **state)
{
        (void)state;
        CLEANUP(throttle_freep) Throttle *throttle = NULL;
        assert_int_equal(throttle_new(&(ConfigRates){ .per_minute = 0 }, &throttle), 0);
        for (int i = 0; i < THROTTLE_FAILURES; i++)
                meet_trouble(throttle, i);
        assert_false(throttle_pass(throttle, S));
        throttle_forgive(throttle);
        assert_true(throttle_pass(throttle, S));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_throttle__keeps_the_rate),
                cmocka_unit_test(test_throttle__without_a_rate_lets_all_through),
                cmocka_unit_test(test_throttle__closes_after_failures_and_tests_with_one_mail),
                cmocka_unit_test(test_throttle__ignores_a_mail_that_did_not_reach_the_server),
                cmocka_unit_test(test_throttle__mails_in_progress_do_not_lengthen_the_wait),
                cmocka_unit_test(test_throttle__one_mail_tests_whatever_others_report),
                cmocka_unit_test(test_throttle__keeps_several_limits_at_once),
                cmocka_unit_test(test_throttle__counts_mails_of_an_earlier_process),
                cmocka_unit_test(test_throttle_forgive__opens_the_breaker),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
