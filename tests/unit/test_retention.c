#include "store/retention.h"

#include "base/time.h"
#include "stores.h"

#define DAY USEC_PER_DAY

static void test_retention_time__follows_the_time_that_has_passed(void **state)
{
        Fixture *f = *state;
        static const struct {
                int line;
                RetentionMoment moment;
                usec_t now, expected;
        } runs[] = {
                { __LINE__, { 5 * DAY, "a" }, 100 * DAY, 0 },          /* the first run */
                { __LINE__, { 6 * DAY, "a" }, 101 * DAY, 101 * DAY },  /* a day later */
                { __LINE__, { 6 * DAY, "a" }, 500 * DAY, 101 * DAY },  /* the clock was set ahead */
                { __LINE__, { 7 * DAY, "a" }, 502 * DAY, 103 * DAY },  /* and is so for a day */
                { __LINE__, { 7 * DAY, "a" }, 102 * DAY, 102 * DAY },  /* it was put right */
                { __LINE__, { 47 * DAY, "a" }, 142 * DAY, 142 * DAY }, /* no daemon for 40 days */
                { __LINE__, { DAY / 24, "b" }, 152 * DAY, 144 * DAY }, /* the machine was off for ten days */
                { __LINE__, { DAY * 25 / 24, "b" }, 153 * DAY, 146 * DAY }, /* it catches up */
                { __LINE__, { DAY, "" }, 154 * DAY, 148 * DAY },            /* a boot without a name */
                { __LINE__, { DAY + 1, "" }, 154 * DAY, 148 * DAY + 2 },
        };
        for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
                usec_t time = -1;
                assert_int_equal(retention_time(f->store, runs[i].now, &runs[i].moment, &time), 0);
                if (time != runs[i].expected)
                        fail_msg("line %d: %lld, not %lld", runs[i].line, (long long)time,
                                        (long long)runs[i].expected);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_retention_time__follows_the_time_that_has_passed, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
