#include "calendar/value.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_value_parse_duration__reads(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                Duration expected;
        } rows[] = {
                { __LINE__, "P7D", { .days = 7 } },
                { __LINE__, "P2W", { .days = 14 } },
                { __LINE__, "-P1DT2H", { .negative = true, .days = 1, .seconds = 7200 } },
                { __LINE__, "+PT90M", { .seconds = 5400 } },
                { __LINE__, "PT24H", { .seconds = 86400 } },
                { __LINE__, "PT0S", { 0 } },
                { __LINE__, "P0D", { 0 } },
                { __LINE__, "P1W2D", { .days = 9 } },
                { __LINE__, "PT999999999S", { .seconds = 999999999 } },
                { __LINE__, "PT1H0M5S", { .seconds = 3605 } },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Duration duration;
                if (value_parse_duration(rows[i].text, &duration) != 0 ||
                                duration.negative != rows[i].expected.negative ||
                                duration.days != rows[i].expected.days ||
                                duration.seconds != rows[i].expected.seconds)
                        fail_msg("row of line %d", rows[i].line);
        }
}

/* libical takes the first nine of these. */
static void test_value_parse_duration__refuses_and_leaves_the_output(void **state)
{
        (void)state;
        static const char *const texts[] = { "", "P", "PT", "P1", "P1DT", "PP1D", "PT5S1H", "P5T1H",
                "P99999999999D", "P1Y", "P1H", "PT1D", "1D", "+-P1D", "--P1D", "p1d", "P1.5D", "P1D ",
                " P1D", "P-1D", "P1D1D", "PT1HT1M" };
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
                Duration duration = { .days = 42 };
                if (value_parse_duration(texts[i], &duration) != -EINVAL || duration.days != 42)
                        fail_msg("%s", texts[i]);
        }
}

static void test_value_parse_utc_offset__table(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                int expected; /* INT32_MIN: refused */
        } rows[] = {
                { "+0300", 10800 },
                { "-0330", -12600 },
                { "-023017", -9017 },
                { "+0000", 0 },
                { "+2600", 93600 },
                { "+3", INT32_MIN },
                { "+03", INT32_MIN },
                { "+03:00", INT32_MIN },
                { "0300", INT32_MIN },
                { "+0360", INT32_MIN },
                { "+030060", INT32_MIN },
                { "+03000", INT32_MIN },
                { "+0300 ", INT32_MIN },
                { "", INT32_MIN },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                int seconds = INT32_MIN;
                int r = value_parse_utc_offset(rows[i].text, &seconds);
                if (seconds != rows[i].expected || r != (seconds == INT32_MIN ? -EINVAL : 0))
                        fail_msg("%s: %d", rows[i].text, seconds);
        }
}

static void test_value_parse_geo__table(void **state)
{
        (void)state;
        static const struct {
                const char *text;
                double latitude, longitude; /* NAN: refused */
        } rows[] = {
                { "55.7558111;37.6176999", 55.7558111, 37.6176999 },
                { "-33;+151.2", -33, 151.2 },
                { ".5;5.", 0.5, 5 },
                { "91;181", 91, 181 },
                { "1;", NAN, NAN },
                { ";1", NAN, NAN },
                { "1", NAN, NAN },
                { "1,2", NAN, NAN },
                { "1;2;3", NAN, NAN },
                { "1-2;3", NAN, NAN },
                { "1.2.3;3", NAN, NAN },
                { "1;2x", NAN, NAN },
                { "nan;inf", NAN, NAN },
                { "1e1;2", NAN, NAN },
                { ".;.", NAN, NAN },
                { "", NAN, NAN },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                double latitude = NAN, longitude = NAN;
                int r = value_parse_geo(rows[i].text, &latitude, &longitude);
                bool refused = isnan(rows[i].latitude);
                bool right = refused ? r == -EINVAL && isnan(latitude) && isnan(longitude)
                                     : r == 0 && fabs(latitude - rows[i].latitude) < 1e-9 &&
                                                             fabs(longitude - rows[i].longitude) < 1e-9;
                if (!right)
                        fail_msg("%s: %d %f %f", rows[i].text, r, latitude, longitude);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_value_parse_duration__reads),
                cmocka_unit_test(test_value_parse_duration__refuses_and_leaves_the_output),
                cmocka_unit_test(test_value_parse_utc_offset__table),
                cmocka_unit_test(test_value_parse_geo__table),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
