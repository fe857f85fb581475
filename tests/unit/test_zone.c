#include "calendar/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int64_t instant_of(const char *rfc3339)
{
        usec_t time;
        if (time_parse_rfc3339(rfc3339, &time) < 0)
                fail_msg("bad time in the table: %s", rfc3339);
        return time / USEC_PER_SEC;
}

static int open_table(void **state)
{
        return zone_table_new(NULL, (ZoneTable **)state);
}

static int close_table(void **state)
{
        zone_table_free(*state);
        return 0;
}

static const Zone *zone_of(ZoneTable *table, const char *name)
{
        const Zone *zone = NULL;
        if (zone_table_get(table, name, &zone) != 0)
                fail_msg("no zone %s", name);
        return zone;
}

static void test_zone_to_instant__reads_gaps_and_folds(void **state)
{
        static const struct {
                int line;
                const char *zone, *local, *instant; /* the local time written as if it were UTC */
        } cases[] = {
                { __LINE__, "Europe/Berlin", "2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z" },
                { __LINE__, "Europe/Berlin", "2026-03-29T02:00:00Z", "2026-03-29T01:00:00Z" },
                { __LINE__, "Europe/Berlin", "2026-03-29T02:30:00Z", "2026-03-29T01:30:00Z" },
                { __LINE__, "Europe/Berlin", "2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z" },
                { __LINE__, "Europe/Berlin", "2026-10-25T01:59:59Z", "2026-10-24T23:59:59Z" },
                { __LINE__, "Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z" },
                { __LINE__, "Europe/Berlin", "2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z" },
                { __LINE__, "Europe/Berlin", "3026-07-01T12:00:00Z", "3026-07-01T10:00:00Z" },
                { __LINE__, "Europe/Berlin", "9999-12-31T23:59:59Z", "9999-12-31T22:59:59Z" },
                { __LINE__, "Europe/Dublin", "2026-07-01T12:00:00Z", "2026-07-01T11:00:00Z" },
                { __LINE__, "Europe/Dublin", "2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z" },
                { __LINE__, "Europe/Dublin", "2026-10-25T01:30:00Z", "2026-10-25T00:30:00Z" },
                { __LINE__, "Australia/Lord_Howe", "2026-04-05T01:45:00Z", "2026-04-04T14:45:00Z" },
                { __LINE__, "Europe/Moscow", "2011-06-01T12:00:00Z", "2011-06-01T08:00:00Z" },
                { __LINE__, "Europe/Moscow", "2014-10-26T01:30:00Z", "2014-10-25T21:30:00Z" },
                { __LINE__, "Europe/Moscow", "2021-06-24T09:00:00Z", "2021-06-24T06:00:00Z" },
                { __LINE__, "Europe/Ulyanovsk", "2016-03-26T12:00:00Z", "2016-03-26T09:00:00Z" },
                { __LINE__, "Europe/Ulyanovsk", "2016-03-28T12:00:00Z", "2016-03-28T08:00:00Z" },
                { __LINE__, "Asia/Almaty", "2024-03-01T00:30:00Z", "2024-02-29T19:30:00Z" },
                { __LINE__, "Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-30T22:00:00Z" },
                { __LINE__, "Etc/UTC", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z" },
                { __LINE__, "Etc/GMT+12", "2026-01-01T00:00:00Z", "2026-01-01T12:00:00Z" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CivilTime civil = civil_from_seconds(instant_of(cases[i].local));
                int64_t got = zone_to_instant(zone_of(*state, cases[i].zone), &civil);
                if (got != instant_of(cases[i].instant))
                        fail_msg("row of line %d: %lld", cases[i].line, (long long)got);
        }
}

static void test_zone_offset_at__tells_offset_name_and_daylight(void **state)
{
        static const struct {
                int line;
                const char *zone, *instant;
                int seconds;
                bool daylight;
                const char *abbreviation;
        } cases[] = {
                { __LINE__, "Europe/Berlin", "2026-03-29T00:59:59Z", 3600, false, "CET" },
                { __LINE__, "Europe/Berlin", "2026-03-29T01:00:00Z", 7200, true, "CEST" },
                { __LINE__, "Europe/Berlin", "2437-07-01T00:00:00Z", 7200, true, "CEST" },
                { __LINE__, "Europe/Berlin", "2901-07-01T00:00:00Z", 7200, true, "CEST" },
                { __LINE__, "Europe/Dublin", "2026-01-01T00:00:00Z", 0, true, "GMT" },
                { __LINE__, "Europe/Dublin", "2026-07-01T00:00:00Z", 3600, false, "IST" },
                { __LINE__, "Africa/Casablanca", "2026-03-01T00:00:00Z", 0, true, "+00" },
                { __LINE__, "Asia/Almaty", "2024-02-29T17:59:59Z", 21600, false, "+06" },
                { __LINE__, "Asia/Almaty", "2024-02-29T18:00:00Z", 18000, false, "+05" },
                { __LINE__, "Europe/Moscow", "1915-01-01T00:00:00Z", 9017, false, "MMT" },
                { __LINE__, "America/New_York", "1800-01-01T00:00:00Z", -17762, false, "LMT" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                ZoneOffset offset =
                                zone_offset_at(zone_of(*state, cases[i].zone), instant_of(cases[i].instant));
                if (offset.seconds != cases[i].seconds || offset.daylight != cases[i].daylight ||
                                strcmp(offset.abbreviation, cases[i].abbreviation) != 0)
                        fail_msg("row of line %d: %d %d %s", cases[i].line, offset.seconds, offset.daylight,
                                        offset.abbreviation);
        }
}

static void test_zone_next_transition__walks_for_ever_or_ends(void **state)
{
        const Zone *berlin = zone_of(*state, "Europe/Berlin");
        int64_t march = instant_of("2026-03-29T01:00:00Z");
        assert_int_equal(zone_next_transition(berlin, instant_of("2026-01-01T00:00:00Z")), march);
        assert_int_equal(zone_next_transition(berlin, march - 1), march);
        assert_int_equal(zone_next_transition(berlin, march), instant_of("2026-10-25T01:00:00Z"));
        /* A rule goes on behind any table, and 400 years later it falls on the same days. */
        int64_t year_3226 = instant_of("3226-01-01T00:00:00Z");
        assert_int_equal(zone_next_transition(berlin, year_3226), instant_of("3226-03-29T01:00:00Z"));
        assert_int_equal(zone_next_transition(berlin, instant_of("2499-12-31T23:59:59Z")),
                        instant_of("2500-03-28T01:00:00Z"));
        const Zone *moscow = zone_of(*state, "Europe/Moscow");
        assert_int_equal(zone_next_transition(moscow, instant_of("2014-10-25T21:59:59Z")),
                        instant_of("2014-10-25T22:00:00Z"));
        assert_true(zone_next_transition(moscow, instant_of("2014-10-25T22:00:00Z")) == INT64_MAX);
        assert_true(zone_next_transition(zone_of(*state, "Etc/UTC"), INT64_MIN) == INT64_MAX);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(
                                test_zone_to_instant__reads_gaps_and_folds, open_table, close_table),
                cmocka_unit_test_setup_teardown(test_zone_offset_at__tells_offset_name_and_daylight,
                                open_table, close_table),
                cmocka_unit_test_setup_teardown(
                                test_zone_next_transition__walks_for_ever_or_ends, open_table, close_table),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
