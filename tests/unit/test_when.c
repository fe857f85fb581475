#include "calendar/when.h"

#include <errno.h>
#include <libical/ical.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int open_table(void **state)
{
        return zone_table_new(NULL, (ZoneTable **)state);
}

static int close_table(void **state)
{
        zone_table_free(*state);
        return 0;
}

static When when_of(const char *value)
{
        When when;
        if (when_parse(value, &when) != 0)
                fail_msg("%s", value);
        return when;
}

static When zoned(ZoneTable *table, const char *value, const char *zone)
{
        When when = when_of(value);
        when.form = WHEN_ZONED;
        assert_int_equal(zone_table_get(table, zone, &when.zone), 0);
        return when;
}

static void test_when_parse__reads_the_three_forms(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *value;
                WhenForm form;
        } cases[] = {
                { __LINE__, "20210624", WHEN_DATE },
                { __LINE__, "20210624T090000", WHEN_FLOATING },
                { __LINE__, "20210624T060000Z", WHEN_UTC },
                { __LINE__, "20240229", WHEN_DATE },
                { __LINE__, "00010101T000000", WHEN_FLOATING },
                { __LINE__, "99991231T235959Z", WHEN_UTC },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                When when = when_of(cases[i].value);
                char text[17];
                when_format(&when, text);
                if (when.form != cases[i].form || when.zone || strcmp(text, cases[i].value) != 0)
                        fail_msg("row of line %d: %s", cases[i].line, text);
        }
        assert_int_equal(when_of("20161231T235960Z").civil.second, 59);
}

static void test_when_parse__refuses_and_leaves_the_output(void **state)
{
        (void)state;
        static const char *const values[] = {
                "",
                "2021",
                "2021062",
                "20210632",
                "20210229",
                "20211301",
                "20210600",
                "00000101",
                "20210624T",
                "20210624Z",
                "20210624T0900",
                "20210624T090000z",
                "20210624t090000",
                "20210624T240000",
                "20210624T096000",
                "20210624T090061",
                "20210624T090000+0300",
                "20210624T090000ZZ",
                " 20210624",
                "20210624 ",
                "2021-06-24",
                "+2021062",
                "99999999T999999",
                "20210624T090000,20210625T090000",
        };
        for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
                When when = { .form = WHEN_UTC, .civil = { .year = 1234 } };
                if (when_parse(values[i], &when) != -EINVAL || when.form != WHEN_UTC ||
                                when.civil.year != 1234)
                        fail_msg("%s", values[i]);
        }
}

/*
 * Compares with libical: the 27th to the 29th of each month, in years with and without a leap day, at
 * varying times.
 */
static void test_when_parse__reads_like_libical(void **state)
{
        (void)state;
        for (int i = 0; i < 8 * 12 * 3; i++) {
                char value[17];
                int month = i / 3 % 12 + 1, day = i % 3 + 27;
                snprintf(value, sizeof(value), "%04d%02d%02dT%02d%02d%02d", 1897 + i / 36, month, day,
                                i % 24, i % 60, (i * 7) % 60);
                struct icaltimetype theirs = icaltime_from_string(value);
                When when;
                bool exists = day <= icaltime_days_in_month(month, theirs.year);
                assert_int_equal(when_parse(value, &when), exists ? 0 : -EINVAL);
                if (exists && (when.civil.year != theirs.year || when.civil.month != theirs.month ||
                                              when.civil.day != theirs.day ||
                                              when.civil.hour != theirs.hour ||
                                              when.civil.minute != theirs.minute ||
                                              when.civil.second != theirs.second))
                        fail_msg("%s", value);
        }
}

static void check_instant(const When *when, const Zone *fallback, const char *rfc3339)
{
        usec_t expected;
        assert_int_equal(time_parse_rfc3339(rfc3339, &expected), 0);
        assert_int_equal(when_instant(when, fallback), expected);
}

static void test_when_instant__follows_the_form(void **state)
{
        When moscow = zoned(*state, "20210624T090000", "Europe/Moscow");
        const Zone *berlin = zoned(*state, "20210624T090000", "Europe/Berlin").zone;
        When date = when_of("20210624"), floating = when_of("20210624T090000"),
             utc = when_of("20210624T090000Z");
        When none = { 0 };
        check_instant(&moscow, berlin, "2021-06-24T06:00:00Z");
        check_instant(&date, moscow.zone, "2021-06-23T21:00:00Z");
        check_instant(&date, NULL, "2021-06-24T00:00:00Z");
        check_instant(&floating, berlin, "2021-06-24T07:00:00Z");
        check_instant(&utc, berlin, "2021-06-24T09:00:00Z");
        check_instant(&none, berlin, "1970-01-01T00:00:00Z");
}

static void test_when_of_instant__is_in_utc_where_the_clock_names_another(void **state)
{
        static const struct {
                const char *instant, *expected;
        } rows[] = {
                { "2026-10-25T00:30:00Z", "20261025T023000" },
                { "2026-10-25T01:30:00Z", "20261025T013000Z" },
                { "2026-10-25T02:30:00Z", "20261025T033000" },
        };
        const Zone *berlin = zoned(*state, "20210624T090000", "Europe/Berlin").zone;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                usec_t instant;
                char text[17];
                assert_int_equal(time_parse_rfc3339(rows[i].instant, &instant), 0);
                When when = when_of_instant(berlin, instant), utc = when_of_instant(NULL, instant);
                when_format(&when, text);
                assert_string_equal(text, rows[i].expected);
                assert_int_equal(when_instant(&when, NULL), instant);
                assert_int_equal(utc.form, WHEN_UTC);
                assert_int_equal(when_instant(&utc, NULL), instant);
        }
}

static void test_when_compare__by_clock_or_by_instant(void **state)
{
        When early = zoned(*state, "20261025T013000", "Europe/Berlin");
        When late = zoned(*state, "20261025T023000", "Europe/Berlin");
        When moscow = zoned(*state, "20261025T030000", "Europe/Moscow");
        When date = when_of("20261025"), utc = when_of("20261025T000000Z"), next = when_of("20261026");
        assert_true(when_compare(&early, &late) < 0);
        assert_true(when_compare(&late, &early) > 0);
        assert_int_equal(when_compare(&late, &late), 0);
        assert_true(when_compare(&early, &moscow) < 0);
        assert_int_equal(when_compare(&moscow, &utc), 0);
        assert_int_equal(when_compare(&date, &utc), 0);
        assert_true(when_compare(&date, &next) < 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_when_parse__reads_the_three_forms),
                cmocka_unit_test(test_when_parse__reads_like_libical),
                cmocka_unit_test(test_when_parse__refuses_and_leaves_the_output),
                cmocka_unit_test_setup_teardown(
                                test_when_instant__follows_the_form, open_table, close_table),
                cmocka_unit_test_setup_teardown(
                                test_when_of_instant__is_in_utc_where_the_clock_names_another, open_table,
                                close_table),
                cmocka_unit_test_setup_teardown(
                                test_when_compare__by_clock_or_by_instant, open_table, close_table),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
