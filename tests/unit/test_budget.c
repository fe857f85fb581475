/* Tests the processor time that a network may use, with a simulated clock. */

#include "http/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const usec_t NOW = 1000 * USEC_PER_SEC, MINUTE = 60 * USEC_PER_SEC, ALL = 20 * USEC_PER_SEC;

static Address address(const char *text)
{
        Address ret = { .family = AF_UNIX };
        if (text[0] != '/')
                assert_int_equal(address_parse(text, &ret), 0);
        return ret;
}

static void test_budget_wait__the_whole_network_waits(void **state)
{
        static const struct {
                int line;
                const char *used_by, *client;
                bool waits;
        } cases[] = {
                { __LINE__, "203.0.113.1", "203.0.113.1", true },
                { __LINE__, "203.0.113.1", "203.0.113.254", true },
                { __LINE__, "203.0.113.1", "203.0.112.1", false },
                { __LINE__, "2001:db8:0:100::1", "2001:db8:0:1ff::2", true },
                { __LINE__, "2001:db8:0:100::1", "2001:db8:0:200::1", false },
                { __LINE__, "127.0.0.1", "127.0.0.1", false },
                { __LINE__, "::1", "::1", false },
                { __LINE__, "/", "/", false },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(budget_freep) Budget *budget = NULL;
                Address used_by = address(cases[i].used_by), client = address(cases[i].client);
                assert_int_equal(budget_new(ALL, &budget), 0);
                assert_int_equal(budget_wait(budget, &client, NOW), 0);
                budget_charge(budget, &used_by, 2 * ALL, NOW);
                if ((budget_wait(budget, &client, NOW) > 0) != cases[i].waits)
                        fail_msg("line %d", cases[i].line);
                assert_int_equal(budget_refused(budget), cases[i].waits);
        }
}

static void test_budget_wait__time_comes_back(void **state)
{
        CLEANUP(budget_freep) Budget *budget = NULL;
        Address client = address("203.0.113.1");
        (void)state;
        assert_int_equal(budget_new(ALL, &budget), 0);
        budget_charge(budget, &client, ALL, NOW);
        assert_int_equal(budget_wait(budget, &client, NOW), 0);
        budget_charge(budget, &client, BUDGET_PER_MINUTE * USEC_PER_SEC, NOW);
        assert_int_equal(budget_wait(budget, &client, NOW), MINUTE);
        assert_int_equal(budget_wait(budget, &client, NOW + MINUTE / 2), MINUTE / 2);
        assert_int_equal(budget_wait(budget, &client, NOW + MINUTE), 0);
        /* After a long pause the network has the whole limit again, and not more. */
        budget_charge(budget, &client, ALL + BUDGET_PER_MINUTE * USEC_PER_SEC, NOW + 100 * MINUTE);
        assert_int_equal(budget_wait(budget, &client, NOW + 100 * MINUTE), MINUTE);
}

/* Networks that use little do not take the place of one that has used all. */
static void test_budget_charge__keeps_those_that_use_most(void **state)
{
        CLEANUP(budget_freep) Budget *budget = NULL;
        Address client = address("203.0.113.1"), other = { .family = AF_INET };
        (void)state;
        assert_int_equal(budget_new(ALL, &budget), 0);
        budget_charge(budget, &client, 2 * ALL, NOW);
        for (int i = 0; i < 60000; i++) {
                other.bytes[0] = 10;
                other.bytes[1] = (unsigned char)(i >> 8);
                other.bytes[2] = (unsigned char)i;
                budget_charge(budget, &other, USEC_PER_MSEC, NOW + i);
        }
        assert_true(budget_wait(budget, &client, NOW + USEC_PER_SEC) > 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_budget_wait__the_whole_network_waits),
                cmocka_unit_test(test_budget_wait__time_comes_back),
                cmocka_unit_test(test_budget_charge__keeps_those_that_use_most),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
