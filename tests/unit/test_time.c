#include "base/time.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* The C library is the oracle: every day of 1,000 years. */
static void test_civil__agrees_with_the_c_library(void **state)
{
        (void)state;
        int64_t first = civil_days(1600, 1, 1), last = civil_days(2600, 1, 1);
        for (int64_t days = first; days < last; days++) {
                time_t seconds = (time_t)(days * SEC_PER_DAY + (days * 7919) % SEC_PER_DAY);
                if (seconds < days * SEC_PER_DAY)
                        seconds += SEC_PER_DAY;
                struct tm tm;
                assert_non_null(gmtime_r(&seconds, &tm));
                CivilTime civil = civil_from_seconds(seconds);
                if (civil.year != tm.tm_year + 1900 || civil.month != tm.tm_mon + 1 ||
                                civil.day != tm.tm_mday || civil.hour != tm.tm_hour ||
                                civil.minute != tm.tm_min || civil.second != tm.tm_sec ||
                                civil_weekday(days) != tm.tm_wday || civil_seconds(&civil) != seconds ||
                                civil_days(civil.year, civil.month, civil.day) != days ||
                                !civil_valid(&civil))
                        fail_msg("day %lld", (long long)days);
        }
}

static void test_civil_days__takes_months_and_days_outside_of_their_range(void **state)
{
        (void)state;
        assert_int_equal(civil_days(1970, 1, 1), 0);
        assert_int_equal(civil_days(1969, 12, 31), -1);
        assert_int_equal(civil_days(2025, 13, 1), civil_days(2026, 1, 1));
        assert_int_equal(civil_days(2026, 0, 1), civil_days(2025, 12, 1));
        assert_int_equal(civil_days(2026, -11, 1), civil_days(2025, 1, 1));
        assert_int_equal(civil_days(2026, 3, 0), civil_days(2026, 2, 28));
        assert_int_equal(civil_days(2024, 1, 60), civil_days(2024, 2, 29));
        assert_int_equal(civil_days_in_month(2024, 2), 29);
        assert_int_equal(civil_days_in_month(2100, 2), 28);
        assert_int_equal(civil_days_in_month(2000, 12), 31);
}

static void test_civil_valid__refuses(void **state)
{
        (void)state;
        static const CivilTime bad[] = {
                { .year = 0, .month = 1, .day = 1 },
                { .year = 10000, .month = 1, .day = 1 },
                { .year = 2021, .month = 0, .day = 1 },
                { .year = 2021, .month = 13, .day = 1 },
                { .year = 2021, .month = 2, .day = 29 },
                { .year = 2021, .month = 1, .day = 0 },
                { .year = 2021, .month = 1, .day = 1, .hour = 24 },
                { .year = 2021, .month = 1, .day = 1, .minute = 60 },
                { .year = 2021, .month = 1, .day = 1, .second = -1 },
                { .year = 2021, .month = 1, .day = 1, .second = 60 },
        };
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
                if (civil_valid(&bad[i]))
                        fail_msg("row %zu", i);
}

static void test_time_parse_rfc3339__reads_and_refuses(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *utc; /* NULL: refused */
        } cases[] = {
                { __LINE__, "2021-06-23T08:59:30+03:00", "2021-06-23T05:59:30Z" },
                { __LINE__, "2021-06-23t08:59:30z", "2021-06-23T08:59:30Z" },
                { __LINE__, "2021-01-01T00:30:00+01:00", "2020-12-31T23:30:00Z" },
                { __LINE__, "1969-12-31T23:59:59-00:30", "1970-01-01T00:29:59Z" },
                { __LINE__, "2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z" },
                { __LINE__, "1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z" },
                { __LINE__, "2021-06-23T08:59:30", NULL },
                { __LINE__, "2021-06-23T08:59Z", NULL },
                { __LINE__, "2021-06-23T24:00:00Z", NULL },
                { __LINE__, "2021-02-29T00:00:00Z", NULL },
                { __LINE__, "2021-06-23T08:59:30+24:00", NULL },
                { __LINE__, "2021-06-23T08:59:30+0300", NULL },
                { __LINE__, "2021-06-23T08:59:30Zx", NULL },
                { __LINE__, "+021-06-23T08:59:30Z", NULL },
                { __LINE__, "2021-6-23T08:59:30Z", NULL },
                { __LINE__, "", NULL },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                usec_t time = 42;
                char text[21] = "";
                int r = time_parse_rfc3339(cases[i].text, &time);
                if (r == 0)
                        time_format_rfc3339(time, text);
                if (cases[i].utc ? r != 0 || strcmp(text, cases[i].utc) != 0 : r != -EINVAL || time != 42)
                        fail_msg("row of line %d: %d %s", cases[i].line, r, text);
        }
}

static void test_time_format__cuts_seconds_downwards(void **state)
{
        (void)state;
        char text[21];
        time_format_utc(1999999, text);
        assert_string_equal(text, "19700101T000001Z");
        time_format_utc(-1, text);
        assert_string_equal(text, "19691231T235959Z");
        time_format_rfc3339(-USEC_PER_SEC, text);
        assert_string_equal(text, "1969-12-31T23:59:59Z");
}

static void test_duration_parse__reads_and_refuses(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                bool years;
                int result;
                int64_t seconds;
        } cases[] = {
                { __LINE__, "-P7D", false, 0, -7 * SEC_PER_DAY },
                { __LINE__, "PT1H30M", false, 0, 5400 },
                { __LINE__, "P2W", false, 0, 14 * SEC_PER_DAY },
                { __LINE__, "+P1DT1S", false, 0, SEC_PER_DAY + 1 },
                { __LINE__, "PT0S", false, 0, 0 },
                { __LINE__, "P20Y", true, 0, 20 * 365 * SEC_PER_DAY },
                { __LINE__, "P1Y2M3D", true, 0, (365 + 60 + 3) * SEC_PER_DAY },
                { __LINE__, "P20Y", false, -EINVAL, 0 },
                { __LINE__, "P1M", false, -EINVAL, 0 },
                { __LINE__, "P", false, -EINVAL, 0 },
                { __LINE__, "PT", false, -EINVAL, 0 },
                { __LINE__, "P1DT", false, -EINVAL, 0 },
                { __LINE__, "P1H", false, -EINVAL, 0 },
                { __LINE__, "PT1D", false, -EINVAL, 0 },
                { __LINE__, "PT1M1H", false, -EINVAL, 0 },
                { __LINE__, "PT1H1H", false, -EINVAL, 0 },
                { __LINE__, "PT1", false, -EINVAL, 0 },
                { __LINE__, "PTH", false, -EINVAL, 0 },
                { __LINE__, "1D", false, -EINVAL, 0 },
                { __LINE__, "P1D ", false, -EINVAL, 0 },
                { __LINE__, "--P1D", false, -EINVAL, 0 },
                { __LINE__, "P1.5D", false, -EINVAL, 0 },
                { __LINE__, "PT99999999999999999999S", false, -EINVAL, 0 },
                { __LINE__, "P999999999Y", true, -EINVAL, 0 },
                { __LINE__, "", false, -EINVAL, 0 },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Duration duration = { .days = 77 };
                int r = duration_parse(cases[i].text, cases[i].years, &duration);
                if (r != cases[i].result || (r == 0 && duration_seconds(&duration) != cases[i].seconds) ||
                                (r < 0 && duration.days != 77))
                        fail_msg("row of line %d: %d", cases[i].line, r);
        }
}

static void test_duration_shift_days__keeps_to_the_month(void **state)
{
        (void)state;
        static const struct {
                int line;
                int from[3], to[3];
                const char *duration;
        } cases[] = {
                { __LINE__, { 2021, 1, 31 }, { 2021, 2, 28 }, "P1M" },
                { __LINE__, { 2024, 2, 29 }, { 2023, 2, 28 }, "-P1Y" },
                { __LINE__, { 2021, 1, 15 }, { 2020, 11, 15 }, "-P2M" },
                { __LINE__, { 2021, 3, 1 }, { 2021, 2, 28 }, "-P1D" },
                { __LINE__, { 2021, 1, 31 }, { 2022, 3, 2 }, "P1Y1M2D" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Duration duration;
                assert_int_equal(duration_parse(cases[i].duration, true, &duration), 0);
                const int *from = cases[i].from, *to = cases[i].to;
                if (duration_shift_days(civil_days(from[0], from[1], from[2]), &duration) !=
                                civil_days(to[0], to[1], to[2]))
                        fail_msg("row of line %d", cases[i].line);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_civil__agrees_with_the_c_library),
                cmocka_unit_test(test_civil_days__takes_months_and_days_outside_of_their_range),
                cmocka_unit_test(test_civil_valid__refuses),
                cmocka_unit_test(test_time_parse_rfc3339__reads_and_refuses),
                cmocka_unit_test(test_time_format__cuts_seconds_downwards),
                cmocka_unit_test(test_duration_parse__reads_and_refuses),
                cmocka_unit_test(test_duration_shift_days__keeps_to_the_month),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
