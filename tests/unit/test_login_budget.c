/* Tests the processor time of all checks of passwords, with a simulated clock. */

#include "http/login-budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const usec_t NOW = 1000 * USEC_PER_SEC, CHECK = 25 * USEC_PER_MSEC;

/* Makes checks until the budget lets none begin at @now. Returns the processor time that they used. */
static usec_t spend(LoginBudget *budget, LoginClass class, usec_t now)
{
        usec_t taken, sum = 0;
        while (login_budget_begin(budget, class, now, &taken) == 0) {
                login_budget_end(budget, class, taken, CHECK);
                sum += CHECK;
        }
        return sum;
}

static void test_login_budget__guesses_use_a_part_of_a_core(void **state)
{
        CLEANUP(login_budget_freep) LoginBudget *budget = NULL;
        (void)state;
        assert_int_equal(login_budget_new(&budget), 0);
        usec_t first = spend(budget, LOGIN_OF_ANYBODY, NOW), sum = 0;
        assert_in_range(first, LOGIN_BUDGET_SECONDS * USEC_PER_SEC - 2 * CHECK,
                        LOGIN_BUDGET_SECONDS * USEC_PER_SEC);
        /* An hour of guesses, ten times a second. */
        for (usec_t at = NOW; at < NOW + 3600 * USEC_PER_SEC; at += USEC_PER_SEC / 10)
                sum += spend(budget, LOGIN_OF_ANYBODY, at);
        assert_in_range(sum, 3600 / LOGIN_BUDGET_PARTS * USEC_PER_SEC - 2 * CHECK,
                        3600 / LOGIN_BUDGET_PARTS * USEC_PER_SEC + 2 * CHECK);
}

static void test_login_budget__after_the_wait_a_check_can_begin(void **state)
{
        CLEANUP(login_budget_freep) LoginBudget *budget = NULL;
        usec_t taken = 0;
        (void)state;
        assert_int_equal(login_budget_new(&budget), 0);
        spend(budget, LOGIN_OF_ANYBODY, NOW);
        usec_t wait = login_budget_wait(budget, LOGIN_OF_ANYBODY, NOW);
        assert_in_range(wait, 1, LOGIN_BUDGET_PARTS * CHECK * 2);
        assert_int_equal(login_budget_begin(budget, LOGIN_OF_ANYBODY, NOW, &taken), wait);
        assert_int_equal(taken, 0);
        assert_in_range(login_budget_wait(budget, LOGIN_OF_ANYBODY, NOW + wait - LOGIN_BUDGET_PARTS), 1,
                        wait);
        assert_int_equal(login_budget_begin(budget, LOGIN_OF_ANYBODY, NOW + wait, &taken), 0);
        assert_true(taken > 0);
}

static void test_login_budget__each_class_has_its_own(void **state)
{
        CLEANUP(login_budget_freep) LoginBudget *budget = NULL;
        (void)state;
        assert_int_equal(login_budget_new(&budget), 0);
        spend(budget, LOGIN_OF_ANYBODY, NOW);
        assert_int_equal(login_budget_wait(budget, LOGIN_RIGHT_BEFORE, NOW), 0);
        spend(budget, LOGIN_RIGHT_BEFORE, NOW);
        assert_true(login_budget_wait(budget, LOGIN_RIGHT_BEFORE, NOW) > 0);
}

/* Checks that run at the same time have each taken their part before they end. */
static void test_login_budget__counts_checks_that_run(void **state)
{
        CLEANUP(login_budget_freep) LoginBudget *budget = NULL;
        usec_t taken[10000];
        size_t n = 0;
        (void)state;
        assert_int_equal(login_budget_new(&budget), 0);
        while (n < 10000 && login_budget_begin(budget, LOGIN_OF_ANYBODY, NOW, &taken[n]) == 0)
                n++;
        assert_in_range(n, 1, LOGIN_BUDGET_SECONDS * 1000 / 25);
        /* They take five times as long as usual: the time is owed. */
        for (size_t i = 0; i < n; i++)
                login_budget_end(budget, LOGIN_OF_ANYBODY, taken[i], 5 * taken[i]);
        assert_true(login_budget_wait(budget, LOGIN_OF_ANYBODY, NOW + 60 * USEC_PER_SEC) > 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_login_budget__guesses_use_a_part_of_a_core),
                cmocka_unit_test(test_login_budget__after_the_wait_a_check_can_begin),
                cmocka_unit_test(test_login_budget__each_class_has_its_own),
                cmocka_unit_test(test_login_budget__counts_checks_that_run),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
