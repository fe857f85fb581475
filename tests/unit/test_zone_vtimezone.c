/* Tests zones that a calendar defines itself (RFC 5545, 3.6.5). */

#include "zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_zone_from_vtimezone__reads_rules_and_dates_of_real_zones(void **state)
{
        (void)state;
        static const char outlook[] =
                        "BEGIN:VTIMEZONE\r\nTZID:(UTC+01:00) Amsterdam\\, Berlin\r\nX-ANY:thing\r\n"
                        "BEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+"
                        "0100\r\n"
                        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n"
                        "BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+"
                        "0200\r\n"
                        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:"
                        "VTIMEZONE\r\n";
        CLEANUP(zone_unrefp) Zone *zone = NULL;
        assert_int_equal(zone_from_vtimezone(outlook, sizeof(outlook) - 1, &zone), 0);
        assert_string_equal(zone_name(zone), "(UTC+01:00) Amsterdam, Berlin");
        assert_int_equal(zone_offset_at(zone, instant_of("2026-03-29T00:59:59Z")).seconds, 3600);
        assert_int_equal(zone_offset_at(zone, instant_of("2026-03-29T01:00:00Z")).seconds, 7200);
        assert_string_equal(zone_offset_at(zone, instant_of("2026-07-01T00:00:00Z")).abbreviation, "+02");
        assert_int_equal(zone_offset_at(zone, instant_of("2026-10-25T00:59:59Z")).seconds, 7200);
        assert_int_equal(zone_offset_at(zone, instant_of("2026-10-25T01:00:00Z")).seconds, 3600);
        assert_int_equal(zone_offset_at(zone, instant_of("2400-07-01T00:00:00Z")).seconds, 7200);
}

#define OBSERVANCE(properties)                                                                              \
        "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\n" properties "END:STANDARD\r\nEND:VTIMEZONE\r\n"
#define FROM_2_TO_1 "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n"

static void test_zone_from_vtimezone__expands_rules_and_dates(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *last_of_old,
                                *first_of_new; /* instants; the old offset is +02, the new one +01 */
        } cases[] = {
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\n" FROM_2_TO_1), "2019-12-31T21:59:59Z",
                                "2019-12-31T22:00:00Z" },
                { __LINE__,
                                OBSERVANCE("DTSTART:20200101T000000\r\nTZNAME:EINS\r\nTZNAME;LANGUAGE=en:"
                                           "ONE\r\n" FROM_2_TO_1),
                                "2019-12-31T21:59:59Z", "2019-12-31T22:00:00Z" },
                { __LINE__,
                                OBSERVANCE("DTSTART:20200101T000000\r\nTZOFFSETFROM:+020000\r\nTZOFFSETTO:+"
                                           "0100\r\n"),
                                "2019-12-31T21:59:59Z", "2019-12-31T22:00:00Z" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(zone_unrefp) Zone *zone = NULL;
                int r = zone_from_vtimezone(cases[i].text, strlen(cases[i].text), &zone);
                if (r != 0 || zone_offset_at(zone, instant_of(cases[i].last_of_old)).seconds != 7200 ||
                                zone_offset_at(zone, instant_of(cases[i].first_of_new)).seconds != 3600)
                        fail_msg("row of line %d: %d", cases[i].line, r);
        }
}

/*
 * Checks the offset at noon of each 1 July, with summer time by @rule and standard time from each 1 October.
 */
static void test_zone_from_vtimezone__follows_until_count_and_lists(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *rule;
                int summers[2]; /* the first and last year with summer time */
        } cases[] = {
                { __LINE__, "X:none", { 2000, 2000 } },
                { __LINE__, "RDATE:20010401T020000,20020401T020000", { 2000, 2002 } },
                { __LINE__, "RRULE:FREQ=YEARLY;UNTIL=20050401T010000Z", { 2000, 2005 } },
                { __LINE__, "RRULE:FREQ=YEARLY;UNTIL=20050401T005959Z", { 2000, 2004 } },
                { __LINE__, "RRULE:FREQ=YEARLY;UNTIL=20050401T020000", { 2000, 2005 } },
                { __LINE__, "RRULE:FREQ=YEARLY;BYMONTH=4;COUNT=3", { 2000, 2002 } },
                { __LINE__, "RRULE:FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", { 2000, 2300 } },
                { __LINE__, "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU", { 2000, 2300 } },
                { __LINE__, "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=SU;BYSETPOS=1", { 2000, 2300 } },
                { __LINE__, "RRULE:FREQ=YEARLY;BYMONTH=6;BYDAY=SU;BYSETPOS=-1", { 2000, 2300 } },
                { __LINE__, "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=FR;BYMONTHDAY=2,3,4,5,6,7,8",
                                { 2000, 2300 } },
                { __LINE__, "RRULE:FREQ=YEARLY;BYYEARDAY=-275;WKST=MO", { 2000, 2300 } },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                char text[1024];
                snprintf(text, sizeof(text),
                                "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:DAYLIGHT\nDTSTART:"
                                "20000401T020000\nTZOFFSETFROM:+0100\n"
                                "TZOFFSETTO:+0200\n%s\nEND:DAYLIGHT\nBEGIN:STANDARD\nDTSTART:"
                                "20001001T030000\n"
                                "TZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY\nEND:STANDARD\nEND:"
                                "VTIMEZONE\n",
                                cases[i].rule);
                CLEANUP(zone_unrefp) Zone *zone = NULL;
                int r = zone_from_vtimezone(text, strlen(text), &zone);
                if (r != 0)
                        fail_msg("row of line %d: %d", cases[i].line, r);
                for (int year = 1990; year <= 2300; year++) {
                        int64_t noon = civil_days(year, 7, 1) * SEC_PER_DAY + SEC_PER_DAY / 2;
                        bool summer = year >= cases[i].summers[0] && year <= cases[i].summers[1];
                        ZoneOffset offset = zone_offset_at(zone, noon);
                        if (offset.seconds != (summer ? 7200 : 3600) || offset.daylight != summer)
                                fail_msg("row of line %d: %d", cases[i].line, year);
                }
        }
}

static void test_zone_from_vtimezone__refuses_zones_that_it_cannot_read(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
        } cases[] = {
                { __LINE__, "" },
                { __LINE__, "BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\n" },
                { __LINE__, "BEGIN:VEVENT\r\nTZID:X\r\nEND:VEVENT\r\n" },
                { __LINE__, OBSERVANCE(FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nTZOFFSETTO:+0100\r\n") },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nTZOFFSETFROM:+0200\r\n") },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000Z\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nDTSTART:"
                                       "20200101T000000\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nTZOFFSETFROM:0200\r\nTZOFFSETTO:+"
                                       "0100\r\n") },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nTZOFFSETFROM:+0260\r\nTZOFFSETTO:+"
                                       "0100\r\n") },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nTZOFFSETFROM:+2400\r\nTZOFFSETTO:+"
                                       "0100\r\n") },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nTZOFFSETFROM:+9900\r\nTZOFFSETTO:+"
                                       "0100\r\n") },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nTZOFFSETFROM:+02:00\r\nTZOFFSETTO:+"
                                       "0100\r\n") },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nRRULE:FREQ=MONTHLY\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nRRULE:FREQ=YEARLY;BYHOUR="
                                       "3\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nRRULE:FREQ=YEARLY;INTERVAL="
                                       "2\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nRRULE:FREQ=YEARLY;BYMONTH=1,"
                                       "2\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nRRULE:FREQ=YEARLY;BYMONTH="
                                       "13\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nRRULE:FREQ=YEARLY;BYDAY="
                                       "1SU\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nRRULE:FREQ=YEARLY;BYMONTH=1;BYDAY="
                                       "SU\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nRRULE:BYMONTH=1;BYDAY="
                                       "1SU\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nRRULE:FREQ=YEARLY;BYMONTH=1;BYDAY="
                                       "1XX\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nRDATE;VALUE=PERIOD:20200101T000000/"
                                       "PT1H\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\nEXDATE:"
                                       "20210101T000000\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\n" FROM_2_TO_1) "X:y\r\n" },
                { __LINE__, OBSERVANCE("DTSTART:20200101T000000\r\n" FROM_2_TO_1)
                                                OBSERVANCE("DTSTART:20200101T000000\r\n" FROM_2_TO_1) },
                { __LINE__, OBSERVANCE("BEGIN:X\r\nEND:X\r\nDTSTART:20200101T000000\r\n" FROM_2_TO_1) },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Zone *zone = NULL;
                if (zone_from_vtimezone(cases[i].text, strlen(cases[i].text), &zone) != ZONE_E_INVALID ||
                                zone)
                        fail_msg("row of line %d", cases[i].line);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_zone_from_vtimezone__reads_rules_and_dates_of_real_zones),
                cmocka_unit_test(test_zone_from_vtimezone__expands_rules_and_dates),
                cmocka_unit_test(test_zone_from_vtimezone__follows_until_count_and_lists),
                cmocka_unit_test(test_zone_from_vtimezone__refuses_zones_that_it_cannot_read),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
