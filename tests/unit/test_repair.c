/* Tests the repair of files that violate RFC 5545 as programs write them. */

#include "calendar/repair.h"

#include "calendar/tidy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n"
#define BEGIN "BEGIN:VEVENT\r\nUID:e@x\r\nDTSTAMP:20260101T000000Z\r\n"
#define END   "END:VEVENT\r\n"
#define TAIL  "END:VCALENDAR\r\n"
#define START "DTSTART:20270414T070000Z\r\n"

static ZoneTable *zones;

static int set_up(void **state)
{
        (void)state;
        return zone_table_new(NULL, &zones);
}

static int tear_down(void **state)
{
        (void)state;
        zones = zone_table_free(zones);
        return 0;
}

static int on_warning(const InputError *warning, void *userdata)
{
        Buffer *warnings = userdata;
        buffer_printf(warnings, "%zu %s; ", warning->line, warning->where);
        return 0;
}

/* Repairs @text. The result must be a valid event. */
static void repair(const char *text, Buffer *out, Buffer *warnings)
{
        CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(1 << 20);
        CLEANUP(event_freep) Event *event = NULL;
        const Zone *moscow;
        InputError error = { 0 };
        assert_int_equal(zone_table_get(zones, "Europe/Moscow", &moscow), 0);
        const RepairSource source = { zones, moscow, INT64_C(1800000000) * USEC_PER_SEC };
        assert_int_equal(calendar_repair(&source, text, strlen(text), out, &lines, on_warning, warnings), 0);
        if (event_parse(zones, buffer_text(out), out->len, &event, &error) != 0)
                fail_msg("%zu: %s: %s\n%s", error.line, error.where, error.message, buffer_text(out));
}

static void test_calendar_repair__repairs_a_line(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *given, *mended;
        } rows[] = {
                /* Stamps, numbers and words. */
                { __LINE__, START "LAST-MODIFIED:20261101T100000\r\n",
                                START "LAST-MODIFIED:20261101T100000Z\r\n" },
                { __LINE__, START "CREATED:00001231T000000Z\r\n", START },
                { __LINE__, START "DTSTAMP:20260101T000001Z\r\n", START },
                { __LINE__, START "SEQUENCE:1 \r\n", START "SEQUENCE:1\r\n" },
                { __LINE__, START "SEQUENCE:1740775307000\r\n", START },
                { __LINE__, START "PRIORITY:\r\n", START },
                { __LINE__, START "STATUS:CANCELED\r\n", START "STATUS:CANCELLED\r\n" },
                { __LINE__, START "STATUS:BUSY\r\n", START },
                { __LINE__, START "TRANSP:0\r\n", START },
                { __LINE__, START "CLASS:\r\n", START },
                { __LINE__, START "LAST-MODIFIED:2026-11-01T10:00:00.5Z\r\n",
                                START "LAST-MODIFIED:20261101T100000Z\r\n" },
                { __LINE__, START "CREATED;TZID=Europe/Moscow:20261101T100000\r\n",
                                START "CREATED:20261101T070000Z\r\n" },
                { __LINE__, START "CREATED:20261101T100000+0300\r\n", START },
                /* A class that cannot be read is private, and of two the one that shows less counts. */
                { __LINE__, START "CLASS;X:PUBLIC\r\n", START "CLASS:PRIVATE\r\n" },
                { __LINE__, START "CLASS :CONFIDENTIAL\r\n", START "CLASS:CONFIDENTIAL\r\n" },
                { __LINE__, START "CLASS:PUBLIC\r\nCLASS:PRIVATE\r\n", START "CLASS:PRIVATE\r\n" },
                { __LINE__, START "CLASS:X-OWN\r\nCLASS:CONFIDENTIAL\r\n", START "CLASS:X-OWN\r\n" },
                { __LINE__, START "CLASS:\r\nCLASS:PUBLIC\r\n", START "CLASS:PUBLIC\r\n" },
                /* A line that is repeated. */
                { __LINE__, START START, START },
                { __LINE__, START "DURATION:PT1H\r\nDURATION:PT1H\r\n", START "DURATION:PT1H\r\n" },
                { __LINE__, START "DURATION:P1DT\r\nDURATION:P1DT\r\n", START "DURATION:P1D\r\n" },
                { __LINE__, START "STATUS:CANCELLED\r\nSTATUS:CANCELLED\r\n", START "STATUS:CANCELLED\r\n" },
                { __LINE__, START "GEO:54.18, 45.17\r\n", START "GEO:54.18;45.17\r\n" },
                { __LINE__, START "GEO:null;null\r\n", START },
                /* Addresses. */
                { __LINE__, START "URL:\r\n", START },
                { __LINE__, START "URL:https://example.org/a b\r\n",
                                START "URL:https://example.org/a%20b\r\n" },
                { __LINE__, START "ORGANIZER;CN=A:NAME@EXAMPLE.ORG\r\n",
                                START "ORGANIZER;CN=A:mailto:NAME@EXAMPLE.ORG\r\n" },
                { __LINE__, START "ORGANIZER:\"mailto:a@example.org\"\r\n",
                                START "ORGANIZER:mailto:a@example.org\r\n" },
                { __LINE__, START "ATTENDEE:mailto:\r\n", START },
                { __LINE__, START "ATTENDEE;X-COMMENT=\"He said \"yes\"\":mailto:a@example.org\r\n", START },
                { __LINE__, START "X-APPLE-STRUCTURED-LOCATION;X-TITLE=A\\; B:geo:1,2\r\n", START },
                { __LINE__, START "RELATED-TO:\r\n", START },
                /* Blanks beside the separators. */
                { __LINE__, START "STATUS :CANCELLED\r\n", START "STATUS:CANCELLED\r\n" },
                { __LINE__, START "SUMMARY ; LANGUAGE = en : a : b\r\n",
                                START "SUMMARY;LANGUAGE= en: a : b\r\n" },
                { __LINE__, START "X FOO:a\r\n", START },
                /* Texts. */
                { __LINE__,
                                START "DESCRIPTION:a\x0B"
                                      "b\r\n",
                                START "DESCRIPTION:ab\r\n" },
                { __LINE__, START "SUMMARY:first\r\nSUMMARY:second\r\n", START "SUMMARY:first\r\n" },
                { __LINE__, START "SUMMARY;LANGUAGE=\"ru:Встреча\r\n", START },
                /* A text that was not folded, and lines of the alarm, tell nothing about the event. */
                { __LINE__, START "DESCRIPTION:Two parts\r\nDuration 30 minutes\r\nSummary of the talk\r\n",
                                START "DESCRIPTION:Two parts\r\n" },
                { __LINE__,
                                START
                                "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:a\r\nTRIGGER:-PT5M\r\nSUMMARY;X=\"a:b\r\nDURATION;X=\"a:PT5M\r\nEND:VALARM\r\n",
                                START
                                "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:a\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n" },
                /* Start and end. */
                { __LINE__, "DTSTART:20270414\r\nDTEND:20270415\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nDTEND;VALUE=DATE:20270415\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414\r\nDTEND;VALUE=DATE:20270414\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414\r\nDURATION:PT48H\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nDURATION:P2D\r\n" },
                { __LINE__, START "DTEND;VALUE=DATE:20270414T240000Z\r\n",
                                START "DTEND:20270415T000000Z\r\n" },
                { __LINE__, START "DTEND;VALUE=DATE:20270414T090000\r\n",
                                START "DTEND:20270414T090000Z\r\n" },
                { __LINE__, "DTSTART;TZID=Europe/Moscow:20270414T100000\r\nDTEND:20270414T110000\r\n",
                                "DTSTART;TZID=Europe/Moscow:20270414T100000\r\nDTEND;TZID=Europe/Moscow:20270414T110000\r\n" },
                { __LINE__, START "DTEND;VALUE=DATE:20270415\r\n", START "DTEND:20270415T000000Z\r\n" },
                { __LINE__, START "DTEND;VALUE=DATE:20270414\r\n", START },
                { __LINE__, "DTSTART;TZID=Europe/Moscow:20270414T100000\r\nDTEND;VALUE=DATE:20270416\r\n",
                                "DTSTART;TZID=Europe/Moscow:20270414T100000\r\nDTEND;TZID=Europe/Moscow:20270416T000000\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414\r\nDTEND:20270416T000000Z\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nDTEND;VALUE=DATE:20270416\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414\r\nDTEND:20270415T210000Z\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nDTEND;VALUE=DATE:20270416\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414\r\nDTEND:20270414T170000\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nDTEND;VALUE=DATE:20270415\r\n" },
                { __LINE__, START "DURATION:P1DT\r\n", START "DURATION:P1D\r\n" },
                { __LINE__, START "DURATION:\r\n", START },
                { __LINE__, START "DURATION:PT\r\n", START "DURATION:PT0S\r\n" },
                /* A plus is east of UTC, as in ISO 8601; Etc/GMT-3 has the sign of POSIX. */
                { __LINE__, "DTSTART;TZID=\"UTC+3\":20270414T090000\r\n",
                                "DTSTART;TZID=Etc/GMT-3:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"GMT+3\":20270414T090000\r\n",
                                "DTSTART;TZID=Etc/GMT-3:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"utc+03\":20270414T090000\r\n",
                                "DTSTART;TZID=Etc/GMT-3:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"UTC -5\":20270414T090000\r\n",
                                "DTSTART;TZID=Etc/GMT+5:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"GMT+12.00\":20270414T090000\r\n",
                                "DTSTART;TZID=Etc/GMT-12:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"(GMT+03.00) Moscow / St. Petersburg\":20270414T090000\r\n",
                                "DTSTART;TZID=Europe/Moscow:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"(GMT+01.00) Sarajevo/Warsaw/Zagreb\":20270414T090000\r\n",
                                "DTSTART;TZID=Europe/Warsaw:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"(UTC+03:00) Office\":20270414T090000\r\n",
                                "DTSTART;TZID=Etc/GMT-3:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"(GMT+01:00) Europe/Berlin\":20270414T090000\r\n",
                                "DTSTART;TZID=Europe/Berlin:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=UTC+3:20270414T090000\r\nRRULE:FREQ=DAILY\r\nEXDATE;TZID=(UTC+03:00) Office:20270415T090000\r\n",
                                "DTSTART;TZID=Etc/GMT-3:20270414T090000\r\nRRULE:FREQ=DAILY\r\nEXDATE;TZID=Etc/GMT-3:20270415T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"Kamchatka Standard Time\":20270414T090000\r\n",
                                "DTSTART;TZID=Asia/Kamchatka:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=Microsoft/Utc:20270414T090000\r\n",
                                "DTSTART;TZID=UTC:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\" america/new york \":20270414T090000\r\n",
                                "DTSTART;TZID=America/New_York:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20270414T090000\r\n",
                                "DTSTART;TZID=Europe/Berlin:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"tzone://Microsoft/Utc\":20270414T090000\r\n",
                                "DTSTART;TZID=UTC:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=\"(UTC-05:00) Eastern Time (US & Canada)\":20270105T100000\r\n",
                                "DTSTART;TZID=America/New_York:20270105T100000\r\n" },
                { __LINE__, "DTSTART;TZID=\"Moscow, St. Petersburg, Volgograd\":20270105T100000\r\n",
                                "DTSTART;TZID=Europe/Moscow:20270105T100000\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414T000000\r\nDTEND;VALUE=DATE:20270415T000000\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nDTEND;VALUE=DATE:20270415\r\n" },
                { __LINE__, "DTSTART;TZID=\"\":20270414T090000\r\n", "DTSTART:20270414T090000\r\n" },
                { __LINE__, "DTSTART;TZID=europe/moscow:20270414T090000\r\n",
                                "DTSTART;TZID=Europe/Moscow:20270414T090000\r\n" },
                /* Series. */
                { __LINE__, START "RRULE:;FREQ=WEEKLY;COUNT=3;\r\n", START "RRULE:FREQ=WEEKLY;COUNT=3\r\n" },
                { __LINE__, START "RRULE: FREQ=WEEKLY ; BYDAY=MO ,WE,\tFR\r\n",
                                START "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR\r\n" },
                { __LINE__, START "RRULE:FREQ = DAILY ; COUNT= 3;BYMONTH =4\r\n",
                                START "RRULE:FREQ=DAILY;COUNT=3;BYMONTH=4\r\n" },
                { __LINE__, START "RRULE:FREQ=DAILY;UNTIL=2027-04-20T07:00:00Z\r\n",
                                START "RRULE:FREQ=DAILY;UNTIL=20270420T070000Z\r\n" },
                { __LINE__, START "RRULE:FREQ=DAILY;UNTIL=2027-04-20\r\n",
                                START "RRULE:FREQ=DAILY;UNTIL=20270420\r\n" },
                { __LINE__, START "RRULE:\r\n", START },
                { __LINE__, START "RDATE:\r\n", START },
                { __LINE__, START "RRULE:FREQ=DAILY\r\nEXDATE:20270415T070000Z,\r\n",
                                START "RRULE:FREQ=DAILY\r\nEXDATE:20270415T070000Z\r\n" },
                { __LINE__, START "RRULE:FREQ=DAILY\r\nEXDATE:20270415,20270416\r\n",
                                START "RRULE:FREQ=DAILY\r\nEXDATE;VALUE=DATE:20270415,20270416\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414\r\nRRULE:FREQ=DAILY;UNTIL=20270420T070000Z\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nRRULE:FREQ=DAILY;UNTIL=20270420\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414\r\nRRULE:FREQ=DAILY;UNTIL=20270419T210000Z\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nRRULE:FREQ=DAILY;UNTIL=20270420\r\n" },
                { __LINE__, "DTSTART:20270414T070000\r\nRRULE:FREQ=DAILY;UNTIL=20270420T070000Z\r\n",
                                "DTSTART:20270414T070000\r\nRRULE:FREQ=DAILY;UNTIL=20270420T070000\r\n" },
                { __LINE__, START "RRULE:FREQ=DAILY\r\nEXRULE:;FREQ=WEEKLY; BYDAY=MO\r\n",
                                START "RRULE:FREQ=DAILY\r\nEXRULE:FREQ=WEEKLY;BYDAY=MO\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414\r\nRRULE:FREQ=DAILY\r\nEXRULE:FREQ=WEEKLY;UNTIL=20270419T210000Z\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nRRULE:FREQ=DAILY\r\nEXRULE:FREQ=WEEKLY;UNTIL=20270420\r\n" },
                { __LINE__, START "RRULE:FREQ=WEEKLY\\;COUNT=3\\;BYDAY=MO\\,WE\r\n",
                                START "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,WE\r\n" },
                /* python-recurring-ical-events and ical.js agree on the next four. */
                { __LINE__, START "RRULE:FREQ=WEEKLY;INTERVAL=2;INTERVAL=2;COUNT=3\r\n",
                                START "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3\r\n" },
                { __LINE__, START "RRULE:FREQ=WEEKLY;BYDAY=1MO,-2TU;COUNT=3\r\n",
                                START "RRULE:FREQ=WEEKLY;BYDAY=MO,TU;COUNT=3\r\n" },
                { __LINE__, START "RRULE:FREQ=WEEKLY;INTERVAL=+2;COUNT=+3\r\n",
                                START "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3\r\n" },
                { __LINE__, START "RRULE:FREQ=MONTHLY;BYSETPOS=1;COUNT=3\r\n",
                                START "RRULE:FREQ=MONTHLY;COUNT=3\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414\r\nRDATE;TZID=Europe/Moscow:20270420T000000\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nRDATE;VALUE=DATE:20270420\r\n" },
                /* Each date line is read as DTSTART is. */
                { __LINE__, "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20270414T090000\r\nRDATE;VALUE=PERIOD;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20270421T090000/PT2H\r\n",
                                "DTSTART;TZID=Europe/Berlin:20270414T090000\r\nRDATE;VALUE=PERIOD;TZID=Europe/Berlin:20270421T090000/PT2H\r\n" },
                { __LINE__, START "RDATE;VALUE=PERIOD:2027-04-21T07:00:00Z/2027-04-21T24:00:00Z\r\n",
                                START "RDATE;VALUE=PERIOD:20270421T070000Z/20270422T000000Z\r\n" },
                { __LINE__, START "RDATE:20270421T070000Z/PT2H\r\n",
                                START "RDATE;VALUE=PERIOD:20270421T070000Z/PT2H\r\n" },
                { __LINE__, START "RDATE:2027-04-21T10:00:00+03:00, 20270428T240000Z\r\n",
                                START "RDATE:20270421T070000Z,20270429T000000Z\r\n" },
                { __LINE__, START "RRULE:FREQ=DAILY\r\nEXDATE;TZID=Europe/Moscow:2027-04-15T10:00:00\r\n",
                                START "RRULE:FREQ=DAILY\r\nEXDATE;TZID=Europe/Moscow:20270415T100000\r\n" },
                { __LINE__, START "RRULE:FREQ=DAILY\r\nEXDATE:2027-04-15,2027-04-16\r\n",
                                START "RRULE:FREQ=DAILY\r\nEXDATE;VALUE=DATE:20270415,20270416\r\n" },
                { __LINE__, "DTSTART;VALUE=DATE:20270414\r\nRRULE:FREQ=DAILY\r\nEXDATE:2027-04-15T00:00:00,\r\n",
                                "DTSTART;VALUE=DATE:20270414\r\nRRULE:FREQ=DAILY\r\nEXDATE;VALUE=DATE:20270415\r\n" },
                { __LINE__, START "RRULE:FREQ=DAILY;UNTIL=20270420t240000z\r\n",
                                START "RRULE:FREQ=DAILY;UNTIL=20270421T000000Z\r\n" },
                { __LINE__, START "RRULE:FREQ=DAILY\r\nEXDATE:20270415t070000z\r\n",
                                START "RRULE:FREQ=DAILY\r\nEXDATE:20270415T070000Z\r\n" },
                /* Alarms. */
                { __LINE__, START "BEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n", START },
                { __LINE__,
                                START
                                "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:PT-2H\r\nEND:VALARM\r\nSUMMARY:x\r\n",
                                START "SUMMARY:x\r\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
                CLEANUP(buffer_done) Buffer warnings = BUFFER_INIT(1 << 20);
                char text[2048], expected[2048];
                snprintf(text, sizeof(text), HEAD BEGIN "%s" END TAIL, rows[i].given);
                snprintf(expected, sizeof(expected), HEAD BEGIN "%s" END TAIL, rows[i].mended);
                CLEANUP(event_freep) Event *event = NULL;
                InputError error;
                if (event_parse(zones, text, strlen(text), &event, &error) != EVENT_E_INVALID)
                        fail_msg("row of line %d: nothing is wrong with it", rows[i].line);
                repair(text, &out, &warnings);
                if (strcmp(buffer_text(&out), expected) != 0)
                        print_error("row of line %d\n", rows[i].line);
                assert_string_equal(buffer_text(&out), expected);
                assert_true(warnings.len > 0);
        }
}

/* Beside a zone with a colon and without quotation marks, the other parameters stay. */
static void test_calendar_repair__keeps_the_parameters_beside_a_zone(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
        CLEANUP(buffer_done) Buffer warnings = BUFFER_INIT(1 << 20);
        repair(HEAD "BEGIN:VTIMEZONE\r\nTZID:tzone://Microsoft/Custom\r\nBEGIN:STANDARD\r\n"
                    "DTSTART:16010101T000000\r\nTZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\nEND:STANDARD\r\n"
                    "END:VTIMEZONE\r\n" BEGIN
                    "RECURRENCE-ID;RANGE=THISANDFUTURE;X-A=b;TZID=tzone://Microsoft/Custom:20270414T090000\r\n"
                    "DTSTART:20270414T070000Z\r\n" END TAIL,
                        &out, &warnings);
        assert_non_null(strstr(buffer_text(&out),
                        "RECURRENCE-ID;RANGE=THISANDFUTURE;X-A=b;TZID=\"tzone://Microsoft/Custom\":"));
}

static void test_calendar_repair__leaves_essential_faults_to_the_parser(void **state)
{
        (void)state;
        static const char *const rows[] = {
                "DTSTART:20271301T000000Z\r\n",
                "DTSTART:20270230T240000Z\r\n",
                START "DTEND:20270631T240000Z\r\n",
                START "DTEND:99991231T240000Z\r\n",
                "DTSTART;TZID=Nowhere:20270414T090000\r\n",
                "DTSTART;TZID=\"(UTC+01:00) Office\":20270414T090000\r\n", /* perhaps with summer time */
                "DTSTART;TZID=\"(UTC-04:00) La Paz\":20270414T090000\r\n",
                "DTSTART;TZID=UTC+30:20270414T090000\r\n",
                "DTSTART;TZID=UTC+:20270414T090000\r\n",
                "DTSTART;TZID=Etc/UTC+3:20270414T090000\r\n",
                "DTSTART;TZID=tzone://Microsoft/Custom:20270414T090000\r\n",
                START "DTEND:20270414T060000Z\r\n",
                START "DTSTART:20270415T070000Z\r\n",
                START "DURATION:soon\r\n",
                START "RRULE:FREQ=MONTHLY;BYDAY=255SU\r\n",
                START "RRULE:FREQ=DAILY;COUNT=3;UNTIL=20270420T070000Z\r\n",
                START "RRULE:FREQ=DAILY;COUNT=1 0\r\n",
                START "EXDATE:tomorrow\r\n",
                START "STATUS:CONFIRMED\r\nSTATUS:CANCELLED\r\n",
                START "STATUS:CANCELLED\r\nSTATUS:CONFIRMED\r\n",
                START "STATUS;X:CANCELLED\r\n",
                START "DURATION:PT1H\r\nDURATION:PT2H\r\n",
                START "RRULE:FREQ=WEEKLY;INTERVAL=1;INTERVAL=2\r\n",
                START "RRULE:FREQ=MONTHLY;BYSETPOS=2\r\n",
                START "SUMMARY:\xC2\r\n", /* all texts are in another encoding */
                START "DURATION;X=\"a:PT5M\r\n",
                START "DURATION ;X=\"a:PT5M\r\n",
                START "DT\r\n END;X=\"a:20270414T080000Z\r\n",
                "SUMMARY:no start\r\n",
                START "DTEND:20270414T060000\r\n",
                "DTSTART:20270414T070000\r\nDTEND:20270414T080000Z\r\n",
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
                CLEANUP(buffer_done) Buffer lines = BUFFER_INIT(1 << 20);
                CLEANUP(buffer_done) Buffer warnings = BUFFER_INIT(1 << 20);
                CLEANUP(event_freep) Event *event = NULL;
                const RepairSource source = { zones, NULL, 0 };
                InputError error;
                char text[2048];
                snprintf(text, sizeof(text), HEAD BEGIN "%s" END TAIL, rows[i]);
                assert_int_equal(calendar_repair(&source, text, strlen(text), &out, &lines, on_warning,
                                                 &warnings),
                                0);
                if (event_parse(zones, buffer_text(&out), out.len, &event, &error) != EVENT_E_INVALID)
                        fail_msg("accepted: %s", rows[i]);
        }
}

/* The dates of a line that is read again count only once towards the limit of 10000. */
static void test_calendar_repair__many_dates_with_an_empty_one(void **state)
{
        (void)state;
        static const char *const names[] = { "EXDATE", "RDATE" };
        for (size_t i = 0; i < 2; i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 20);
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
                CLEANUP(buffer_done) Buffer warnings = BUFFER_INIT(1 << 20);
                buffer_puts(&text, HEAD BEGIN START "RRULE:FREQ=DAILY\r\n");
                buffer_puts(&text, names[i]);
                for (int day = 0; day < 6000; day++)
                        buffer_printf(&text, "%s20270415T%02d%02d%02dZ", day == 0 ? ":" : "\r\n ,",
                                        day / 3600, day / 60 % 60, day % 60);
                buffer_puts(&text, ",\r\n" END TAIL);
                repair(buffer_text(&text), &out, &warnings);
                assert_non_null(strstr(buffer_text(&warnings), names[i]));
        }
}

#define OVERRIDE(id, lines) BEGIN "RECURRENCE-ID" id "\r\n" lines END

static void test_calendar_repair__repairs_a_whole_object(void **state)
{
        (void)state;
        static const char series[] =
                        BEGIN "DTSTART;VALUE=DATE:20270105\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n" END;
        static const char timed[] = BEGIN
                        "DTSTART;TZID=Europe/Moscow:20270405T100000\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n" END;
        const struct {
                int line;
                const char *first, *given, *mended, *warnings;
        } rows[] = {
                /* Exchange's RECURRENCE-ID of an all-day instance, and a date instead of a time. */
                { __LINE__, series,
                                OVERRIDE(";TZID=Europe/Berlin:20270112T000000",
                                                "DTSTART;VALUE=DATE:20270113\r\n"),
                                OVERRIDE(";VALUE=DATE:20270112", "DTSTART;VALUE=DATE:20270113\r\n"),
                                "13 RECURRENCE-ID; " },
                { __LINE__, series, OVERRIDE(":20270111T210000Z", "DTSTART;VALUE=DATE:20270113\r\n"),
                                OVERRIDE(";VALUE=DATE:20270112", "DTSTART;VALUE=DATE:20270113\r\n"),
                                "13 RECURRENCE-ID; " },
                { __LINE__, timed,
                                OVERRIDE(";TZID=Europe/Moscow:2027-04-12T10:00:00",
                                                "DTSTART:20270412T120000Z\r\n"),
                                OVERRIDE(";TZID=Europe/Moscow:20270412T100000",
                                                "DTSTART:20270412T120000Z\r\n"),
                                "13 RECURRENCE-ID; " },
                { __LINE__, series, OVERRIDE(":2027-01-12", "DTSTART;VALUE=DATE:20270113\r\n"),
                                OVERRIDE(";VALUE=DATE:20270112", "DTSTART;VALUE=DATE:20270113\r\n"),
                                "13 RECURRENCE-ID; " },
                { __LINE__, timed, OVERRIDE(";VALUE=DATE:20270412", "DTSTART:20270412T120000Z\r\n"),
                                OVERRIDE(";TZID=Europe/Moscow:20270412T100000",
                                                "DTSTART:20270412T120000Z\r\n"),
                                "13 RECURRENCE-ID; " },
                { __LINE__, timed,
                                OVERRIDE(";TZID=Europe/Moscow:20270412T100000",
                                                "DTSTART:20270412T120000Z\r\nRRULE:FREQ=DAILY\r\n"),
                                OVERRIDE(";TZID=Europe/Moscow:20270412T100000",
                                                "DTSTART:20270412T120000Z\r\n"),
                                "15 RRULE; " },
                /* Libraries read another RANGE than THISANDFUTURE as that of one instance. */
                { __LINE__, timed,
                                OVERRIDE(";RANGE=THISANDPRIOR;TZID=Europe/Moscow:20270412T100000",
                                                "DTSTART:20270412T120000Z\r\n"),
                                OVERRIDE(";TZID=Europe/Moscow:20270412T100000",
                                                "DTSTART:20270412T120000Z\r\n"),
                                "13 RECURRENCE-ID; " },
                /* The same event twice: the newer version is kept. */
                { __LINE__, "", BEGIN START "SEQUENCE:2\r\n" END BEGIN START "SEQUENCE:1\r\n" END,
                                BEGIN START "SEQUENCE:2\r\n" END, "10 VEVENT; " },
                { __LINE__, "", BEGIN START "SUMMARY:a\r\n" END BEGIN START "SUMMARY:b\r\n" END,
                                BEGIN START "SUMMARY:b\r\n" END, "4 VEVENT; " },
                /* An invalid VTIMEZONE with a known zone name. */
                { __LINE__, "",
                                "BEGIN:VTIMEZONE\r\nTZID:Europe/Paris\r\nEND:VTIMEZONE\r\n" BEGIN
                                "DTSTART;TZID=Europe/Paris:20270414T100000\r\n" END,
                                BEGIN "DTSTART;TZID=Europe/Paris:20270414T100000\r\n" END, "4 VTIMEZONE; " },
                { __LINE__, "", "BEGIN:VEVENT\r\nUID:e@x\r\n" START END,
                                "BEGIN:VEVENT\r\nDTSTAMP:20270115T080000Z\r\nUID:e@x\r\n" START END,
                                "4 VEVENT; " },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
                CLEANUP(buffer_done) Buffer warnings = BUFFER_INIT(1 << 20);
                char text[2048], expected[2048];
                snprintf(text, sizeof(text), HEAD "%s%s" TAIL, rows[i].first, rows[i].given);
                snprintf(expected, sizeof(expected), HEAD "%s%s" TAIL, rows[i].first, rows[i].mended);
                repair(text, &out, &warnings);
                if (strcmp(buffer_text(&out), expected) != 0)
                        print_error("row of line %d\n", rows[i].line);
                assert_string_equal(buffer_text(&out), expected);
                assert_string_equal(buffer_text(&warnings), rows[i].warnings);
        }
}

/*
 * An event without a UID gets one from its content; stamps, which differ between two downloads, do not
 * count.
 */
static void test_calendar_repair__a_uid_from_the_content(void **state)
{
        (void)state;
        static const char *const texts[] = {
                "BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:a\r\n" START END,
                "BEGIN:VEVENT\r\nDTSTAMP:20260202T000000Z\r\nSUMMARY:a\r\nSEQUENCE:3\r\n" START END,
                "BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:b\r\n" START END,
                "BEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nUID:\r\nSUMMARY:a\r\n" START END,
        };
        char uids[4][64];
        for (size_t i = 0; i < 4; i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
                CLEANUP(buffer_done) Buffer warnings = BUFFER_INIT(1 << 20);
                char text[1024];
                snprintf(text, sizeof(text), HEAD "%s" TAIL, texts[i]);
                repair(text, &out, &warnings);
                assert_int_equal(sscanf(strstr(buffer_text(&out), "UID:"), "UID:%63s", uids[i]), 1);
        }
        assert_string_equal(uids[0], uids[1]);
        assert_string_not_equal(uids[0], uids[2]);
        assert_string_equal(uids[0], uids[3]);
}

static void test_calendar_tidy__removes_false_line_ends(void **state)
{
        (void)state;
        static const char *const rows[][2] = {
                { "BEGIN:VEVENT\r\r\nUID:a\r\r\n", "BEGIN:VEVENT\r\nUID:a\r\n" },
                { "BEGIN:VEVENT\rUID:a\r", "BEGIN:VEVENT\r\nUID:a\r\n" },
                { "BEGIN:VEVENT \r\nUID:a \r\nEND:VEVENT\t\r\n",
                                "BEGIN:VEVENT\r\nUID:a \r\nEND:VEVENT\r\n" },
                { "\r\n  \r\nBEGIN:VEVENT\r\n", "\r\n\r\nBEGIN:VEVENT\r\n" },
                { "UID:a\r\n\xEF\xBB\xBF"
                  "BEGIN:VEVENT\r\n",
                                "UID:a\r\nBEGIN:VEVENT\r\n" },
                /* Nothing to repair: a physical line of a folded line may consist of blanks. */
                { "BEGIN:VEVENT\r\nSUMMARY:a\r\n  \r\n b\nEND:VEVENT\n", NULL },
                { "", NULL },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
                assert_int_equal(calendar_tidy(rows[i][0], strlen(rows[i][0]), &out), rows[i][1] != NULL);
                assert_string_equal(buffer_text(&out), rows[i][1] ? rows[i][1] : "");
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_calendar_repair__repairs_a_line),
                cmocka_unit_test(test_calendar_repair__keeps_the_parameters_beside_a_zone),
                cmocka_unit_test(test_calendar_repair__leaves_essential_faults_to_the_parser),
                cmocka_unit_test(test_calendar_repair__many_dates_with_an_empty_one),
                cmocka_unit_test(test_calendar_repair__repairs_a_whole_object),
                cmocka_unit_test(test_calendar_repair__a_uid_from_the_content),
                cmocka_unit_test(test_calendar_tidy__removes_false_line_ends),
        };
        return cmocka_run_group_tests(tests, set_up, tear_down);
}
