/* Tests the limit on a contact's changes, with a simulated clock. */

#include "web/change-limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const usec_t NOW = 1773122400 * USEC_PER_SEC, EACH = CHANGE_LIMIT_SECONDS * USEC_PER_SEC;

static int take_all(ChangeLimit *limit, int64_t contact, usec_t now)
{
        int n = 0;
        while (n < 1000 && change_limit_take(limit, contact, now))
                n++;
        return n;
}

static void test_change_limit_take__allows_a_burst_and_then_single_changes(void **state)
{
        (void)state;
        CLEANUP(change_limit_freep) ChangeLimit *limit = NULL;
        assert_int_equal(change_limit_new(&limit), 0);
        assert_int_equal(take_all(limit, 7, NOW), CHANGE_LIMIT_AT_ONCE);
        assert_int_equal(take_all(limit, 7, NOW + EACH - 1), 0);
        assert_int_equal(take_all(limit, 7, NOW + EACH), 1);
        assert_int_equal(take_all(limit, 7, NOW + 6 * EACH), 5);
        assert_int_equal(take_all(limit, 8, NOW), CHANGE_LIMIT_AT_ONCE);
        assert_int_equal(take_all(limit, 7, NOW + 1000 * EACH), CHANGE_LIMIT_AT_ONCE);
}

static void test_change_limit_take__a_clock_set_back_blocks_nobody(void **state)
{
        (void)state;
        CLEANUP(change_limit_freep) ChangeLimit *limit = NULL;
        assert_int_equal(change_limit_new(&limit), 0);
        assert_int_equal(take_all(limit, 7, NOW + USEC_PER_DAY), CHANGE_LIMIT_AT_ONCE);
        assert_int_equal(take_all(limit, 7, NOW), CHANGE_LIMIT_AT_ONCE);
}

/* Contacts with changes left are evicted before a contact at its limit. */
static void test_change_limit_take__keeps_those_that_change_most(void **state)
{
        (void)state;
        CLEANUP(change_limit_freep) ChangeLimit *limit = NULL;
        assert_int_equal(change_limit_new(&limit), 0);
        assert_int_equal(take_all(limit, 7, NOW), CHANGE_LIMIT_AT_ONCE);
        for (int64_t contact = 1000; contact < 6000; contact++)
                assert_true(change_limit_take(limit, contact, NOW));
        assert_int_equal(take_all(limit, 7, NOW + 1), 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_change_limit_take__allows_a_burst_and_then_single_changes),
                cmocka_unit_test(test_change_limit_take__a_clock_set_back_blocks_nobody),
                cmocka_unit_test(test_change_limit_take__keeps_those_that_change_most),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
