#include "service/daily-check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HOUR      (3600 * USEC_PER_SEC)
#define DAY_20000 (20000 * USEC_PER_DAY) /* 2024-10-04; Moscow is three hours ahead of UTC */

static void test_daily_check_next__is_at_night_and_once_a_day(void **state)
{
        (void)state;
        CLEANUP(zone_table_freep) ZoneTable *zones = NULL;
        const Zone *moscow, *utc;
        assert_int_equal(zone_table_new(NULL, &zones), 0);
        assert_int_equal(zone_table_get(zones, "Europe/Moscow", &moscow), 0);
        assert_int_equal(zone_table_get(zones, "Etc/UTC", &utc), 0);
        const struct {
                int line;
                const Zone *zone;
                usec_t last, now, expected; /* after DAY_20000 */
        } rows[] = {
                /* Checked in this night: the next one. */
                { __LINE__, utc, 3 * HOUR, 3 * HOUR + 1, 27 * HOUR },
                { __LINE__, moscow, 0, 1, 24 * HOUR },
                /* Checked by day: after 20 hours at the earliest. */
                { __LINE__, utc, 6 * HOUR, 7 * HOUR, 27 * HOUR },
                { __LINE__, utc, 12 * HOUR, 13 * HOUR, 51 * HOUR },
                /* Due: at once in the window, otherwise in the next one. */
                { __LINE__, utc, -21 * HOUR, 4 * HOUR, 4 * HOUR },
                { __LINE__, utc, -21 * HOUR, 5 * HOUR, 27 * HOUR },
                { __LINE__, moscow, -24 * HOUR, 1 * HOUR, 1 * HOUR },
                { __LINE__, moscow, -24 * HOUR, 2 * HOUR, 24 * HOUR },
                /* Never on at night. */
                { __LINE__, utc, -30 * HOUR, 12 * HOUR, 18 * HOUR },
                { __LINE__, utc, -48 * HOUR, 12 * HOUR, 12 * HOUR },
                { __LINE__, utc, -480 * HOUR, 12 * HOUR, 12 * HOUR },
                /* A clock that ran ahead. */
                { __LINE__, utc, 4800 * HOUR, 4 * HOUR, 27 * HOUR },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                usec_t next = daily_check_next(
                                DAY_20000 + rows[i].last, DAY_20000 + rows[i].now, rows[i].zone);
                if (next != DAY_20000 + rows[i].expected)
                        fail_msg("line %d: %lld s", rows[i].line,
                                        (long long)(next - DAY_20000) / USEC_PER_SEC);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_daily_check_next__is_at_night_and_once_a_day),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
