/* The gate before a mail server: its rate, and that it closes when nothing gets through. */

#include "remind/gate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define S USEC_PER_SEC

static void meet_trouble(Gate *gate, usec_t now)
{
        assert_true(gate_pass(gate, now));
        gate_report(gate, DELIVERY_SERVER_TROUBLE, now);
}

static void test_gate__keeps_the_rate(void **state)
{
        (void)state;
        CLEANUP(gate_freep) Gate *gate = NULL;
        assert_int_equal(gate_new(60, &gate), 0);
        int passed = 0;
        for (usec_t now = 0; now < 600 * S; now += S / 10)
                if (gate_pass(gate, now)) {
                        gate_report(gate, DELIVERY_SERVER_WORKS, now);
                        passed++;
                }
        assert_int_equal(passed, 600);
        assert_int_equal(gate_next(gate, 599 * S + S / 2), 600 * S);
}

static void test_gate__without_a_rate_lets_all_through(void **state)
{
        (void)state;
        CLEANUP(gate_freep) Gate *gate = NULL;
        assert_int_equal(gate_new(0, &gate), 0);
        for (int i = 0; i < 1000; i++)
                assert_true(gate_pass(gate, 5 * S));
        assert_int_equal(gate_next(gate, 5 * S), 5 * S);
}

static void test_gate__closes_after_failures_and_tries_with_one(void **state)
{
        (void)state;
        CLEANUP(gate_freep) Gate *gate = NULL;
        assert_int_equal(gate_new(0, &gate), 0);
        for (int i = 0; i < GATE_FAILURES; i++)
                meet_trouble(gate, i);
        usec_t closed = GATE_FAILURES - 1;
        assert_false(gate_pass(gate, closed + S));
        assert_int_equal(gate_next(gate, closed + S), closed + GATE_WAIT_MIN_SECONDS * S);
        /* One at a time, and twice as long after each that fails, up to the longest wait. */
        usec_t wait = GATE_WAIT_MIN_SECONDS * S, longest = GATE_WAIT_MAX_SECONDS * S;
        for (int i = 0; i < 10; i++) {
                usec_t now = closed + wait;
                assert_false(gate_pass(gate, now - 1));
                assert_true(gate_pass(gate, now));
                assert_false(gate_pass(gate, now));
                assert_int_equal(gate_next(gate, now), USEC_INFINITY);
                gate_report(gate, DELIVERY_SERVER_TROUBLE, now);
                closed = now;
                wait = 2 * wait < longest ? 2 * wait : longest;
        }
        assert_true(gate_pass(gate, closed + wait));
        gate_report(gate, DELIVERY_SERVER_WORKS, closed + wait);
        assert_true(gate_pass(gate, closed + wait));
        assert_true(gate_pass(gate, closed + wait));
}

static void test_gate__a_mail_that_never_asked_the_server_says_nothing_of_it(void **state)
{
        (void)state;
        CLEANUP(gate_freep) Gate *gate = NULL;
        assert_int_equal(gate_new(0, &gate), 0);
        for (int i = 0; i < GATE_FAILURES; i++)
                meet_trouble(gate, i);
        usec_t later = 3600 * S;
        assert_true(gate_pass(gate, later));
        gate_report(gate, DELIVERY_NOT_ASKED, later);
        assert_true(gate_pass(gate, later));
        assert_false(gate_pass(gate, later));
}

static void test_gate__those_under_way_do_not_lengthen_the_wait(void **state)
{
        (void)state;
        CLEANUP(gate_freep) Gate *gate = NULL;
        assert_int_equal(gate_new(0, &gate), 0);
        for (int i = 0; i < 8; i++)
                assert_true(gate_pass(gate, 0));
        for (int i = 0; i < 8; i++)
                gate_report(gate, DELIVERY_SERVER_TROUBLE, 0);
        assert_int_equal(gate_next(gate, S), GATE_WAIT_MIN_SECONDS * S);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_gate__keeps_the_rate),
                cmocka_unit_test(test_gate__without_a_rate_lets_all_through),
                cmocka_unit_test(test_gate__closes_after_failures_and_tries_with_one),
                cmocka_unit_test(test_gate__a_mail_that_never_asked_the_server_says_nothing_of_it),
                cmocka_unit_test(test_gate__those_under_way_do_not_lengthen_the_wait),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
