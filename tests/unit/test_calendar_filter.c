/* Tests the filters of calendar-query with the examples of RFC 4791, 7.8, and tables of their parts. */

#include "dav/calendar-filter-read.h"
#include "rfc4791.h"
#include "store/object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static ZoneTable *zones;

static int open_zones(void **state)
{
        (void)state;
        return zone_table_new(NULL, &zones);
}

static int close_zones(void **state)
{
        (void)state;
        zones = zone_table_free(zones);
        return 0;
}

static const char *fault; /* of the last filter */

static int read_filter(const char *content, Arena *arena, const FilterComponent **ret)
{
        CLEANUP(buffer_done) Buffer xml = BUFFER_INIT(16 * 1024 * 1024);
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        buffer_printf(&xml,
                        "<C:filter xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:X=\"x:\">%s</C:filter>",
                        content);
        assert_int_equal(buffer_error(&xml), 0);
        assert_int_equal(xml_reader_init(&reader, buffer_text(&xml), xml.len), 0);
        fault = NULL;
        return calendar_filter_read(&reader, arena, ret, &fault);
}

static bool matches(const FilterComponent *filter, const char *text)
{
        bool result;
        const Zone *zone;
        assert_int_equal(zone_table_get(zones, "Europe/Moscow", &zone), 0);
        assert_int_equal(calendar_filter_matches(filter, zones, zone, text, strlen(text), &result), 0);
        return result;
}

#define COMP(name, content)  "<C:comp-filter name=\"" name "\">" content "</C:comp-filter>"
#define PROP(name, content)  "<C:prop-filter name=\"" name "\">" content "</C:prop-filter>"
#define PARAM(name, content) "<C:param-filter name=\"" name "\">" content "</C:param-filter>"
#define RANGE(start, end)    "<C:time-range start=\"" start "\" end=\"" end "\"/>"
#define TEXT(text)           "<C:text-match>" text "</C:text-match>"
#define NOT(text)            "<C:text-match negate-condition=\"yes\">" text "</C:text-match>"
#define UNDEFINED            "<C:is-not-defined/>"

static void test_calendar_filter__examples_of_the_rfc(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *filter, *expected; /* numbers of the objects */
        } rows[] = {
                /* 7.8.1 and 7.8.2 */
                { __LINE__, COMP("VEVENT", RANGE("20060104T000000Z", "20060105T000000Z")), "23" },
                /* 7.8.3 */
                { __LINE__, COMP("VEVENT", RANGE("20060103T000000Z", "20060105T000000Z")), "23" },
                /* 7.8.4 */
                { __LINE__, COMP("VFREEBUSY", RANGE("20060102T000000Z", "20060103T000000Z")), "8" },
                /* 7.8.5 */
                { __LINE__, COMP("VTODO", COMP("VALARM", RANGE("20060106T100000Z", "20060107T100000Z"))),
                                "5" },
                /* 7.8.6 */
                { __LINE__, COMP("VEVENT", PROP("UID", "<C:text-match collation=\"i;octet\">DC6C50A017428C5216A2F1CD@example.com</C:text-match>")),
                                "3" },
                /* 7.8.7 */
                { __LINE__,
                                COMP("VEVENT", PROP("ATTENDEE",
                                                               "<C:text-match collation=\"i;ascii-casemap\">mailto:lisa@example.com</C:text-match>" PARAM(
                                                                               "PARTSTAT",
                                                                               "<C:text-match collation=\"i;ascii-casemap\">NEEDS-ACTION</C:text-match>"))),
                                "3" },
                /* 7.8.8 */
                { __LINE__, COMP("VEVENT", ""), "123" },
                /* 7.8.9 */
                { __LINE__, COMP("VTODO", PROP("COMPLETED", UNDEFINED) PROP("STATUS", NOT("CANCELLED"))),
                                "45" },
                { __LINE__, "", "12345678" },
                { __LINE__, UNDEFINED, "" },
                { __LINE__, COMP("VTODO", ""), "4567" },
                { __LINE__, COMP("VTODO", UNDEFINED), "1238" },
                { __LINE__, COMP("VTIMEZONE", UNDEFINED), "4678" },
                { __LINE__, COMP("VTODO", COMP("VALARM", UNDEFINED)), "67" },
                { __LINE__, COMP("VTODO", COMP("VALARM", PROP("ACTION", TEXT("audio")))), "45" },
                { __LINE__, COMP("VEVENT", "") COMP("VTIMEZONE", ""), "123" },
                { __LINE__, COMP("VEVENT", "") COMP("VTODO", ""), "" },
                { __LINE__, COMP("vevent", PROP("summary", TEXT("event #2 BIS"))), "2" },
                { __LINE__, COMP("VEVENT", PROP("SUMMARY", NOT("#"))), "" },
                { __LINE__, COMP("VEVENT", PROP("SUMMARY", NOT("bis"))), "123" },
                { __LINE__, COMP("VEVENT", PROP("SUMMARY", "<C:text-match match-type=\"equals\">event #2</C:text-match>")),
                                "2" },
                { __LINE__, COMP("VEVENT", PROP("SUMMARY", "<C:text-match match-type=\"ends-with\">#1</C:text-match>")),
                                "1" },
                { __LINE__, COMP("VEVENT", PROP("SUMMARY", "<C:text-match match-type=\"other\">#1</C:text-match>")),
                                "1" },
                { __LINE__, COMP("VEVENT", PROP("SUMMARY", "<C:text-match collation=\"i;octet\">event</C:text-match>")),
                                "" },
                { __LINE__, COMP("VEVENT", PROP("SUMMARY", "<C:text-match collation=\"i;unicode-casemap\">EVENT</C:text-match>")),
                                "123" },
                { __LINE__, COMP("VEVENT", PROP("SUMMARY", "<C:text-match collation=\"default\">EVENT</C:text-match>")),
                                "123" },
                { __LINE__, COMP("VEVENT", PROP("ATTENDEE", "")), "3" },
                { __LINE__, COMP("VEVENT", PROP("ATTENDEE", UNDEFINED)), "12" },
                { __LINE__,
                                COMP("VEVENT", PROP("ATTENDEE", TEXT("cyrus") PARAM("PARTSTAT",
                                                                                TEXT("NEEDS-ACTION")))),
                                "" },
                { __LINE__, COMP("VEVENT", PROP("ATTENDEE", PARAM("ROLE", UNDEFINED))), "3" },
                { __LINE__, COMP("VEVENT", PROP("ATTENDEE", TEXT("cyrus") PARAM("ROLE", UNDEFINED))), "" },
                { __LINE__, COMP("VEVENT", PROP("ATTENDEE", PARAM("partstat", NOT("ACCEPTED")))), "3" },
                { __LINE__, COMP("VEVENT", PROP("ATTENDEE", PARAM("CN", ""))), "" },
                { __LINE__, PROP("PRODID", TEXT("example corp")) COMP("VEVENT", ""), "123" },
                { __LINE__, PROP("METHOD", ""), "" },
                /* Both conditions have to hold for one component. */
                { __LINE__,
                                COMP("VEVENT", RANGE("20060104T000000Z", "20060105T000000Z")
                                                                PROP("SUMMARY", TEXT("bis bis"))),
                                "" },
                { __LINE__,
                                COMP("VEVENT", RANGE("20060104T000000Z", "20060105T000000Z")
                                                                PROP("SUMMARY", TEXT("bis"))),
                                "2" },
                { __LINE__,
                                COMP("VEVENT", PROP("LAST-MODIFIED", RANGE("20060206T000000Z",
                                                                                     "20060207T000000Z"))),
                                "3" },
                { __LINE__, COMP("VEVENT", PROP("DTEND", RANGE("20060102T160000Z", "20060102T160001Z"))),
                                "1" },
                { __LINE__, COMP("VTODO", "<C:time-range start=\"20060101T000000Z\"/>"), "45" },
                { __LINE__, COMP("VTODO", "<C:time-range end=\"20060101T000000Z\"/>"), "67" },
                /* Unknown elements and attributes are ignored. */
                { __LINE__, "<X:comp-filter name=\"VTODO\"/>" COMP("VEVENT", "<X:is-not-defined/>"), "123" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(arena_done) Arena arena = { 0 };
                const FilterComponent *filter = NULL;
                char content[4096], found[9] = "";
                snprintf(content, sizeof(content), COMP("VCALENDAR", "%s"), rows[i].filter);
                int r = read_filter(content, &arena, &filter);
                for (int k = 0; r == 0 && k < 8; k++)
                        if (matches(filter, rfc4791_objects[k]))
                                snprintf(found + strlen(found), 2, "%d", k + 1);
                if (r != 0 || strcmp(found, rows[i].expected) != 0)
                        print_error("row of line %d: %d, %s\n", rows[i].line, r, found);
                assert_int_equal(r, 0);
                assert_string_equal(found, rows[i].expected);
        }
}

static void test_calendar_filter_read__refuses(void **state)
{
        (void)state;
        enum { INVALID = CALENDAR_FILTER_E_INVALID, UNSUPPORTED = CALENDAR_FILTER_E_UNSUPPORTED };
        static const struct {
                int line, expected;
                const char *filter;
        } rows[] = {
                { __LINE__, INVALID, "" },
                { __LINE__, INVALID, COMP("VEVENT", "") },
                { __LINE__, INVALID, COMP("VCALENDAR", "") COMP("VCALENDAR", "") },
                { __LINE__, INVALID, "<C:comp-filter/>" },
                { __LINE__, INVALID, "<C:comp-filter name=\"\"/>" },
                { __LINE__, INVALID, COMP("VCALENDAR", "<C:prop-filter/>") },
                { __LINE__, INVALID, COMP("VCALENDAR", PROP("X", "<C:param-filter/>")) },
                { __LINE__, INVALID, COMP("VCALENDAR", UNDEFINED UNDEFINED) },
                { __LINE__, INVALID, COMP("VCALENDAR", UNDEFINED COMP("VEVENT", "")) },
                { __LINE__, INVALID, COMP("VCALENDAR", PROP("X", UNDEFINED TEXT("x"))) },
                { __LINE__, INVALID, COMP("VCALENDAR", PROP("X", UNDEFINED PARAM("Y", ""))) },
                { __LINE__, INVALID, COMP("VCALENDAR", PROP("X", PARAM("Y", UNDEFINED TEXT("x")))) },
                { __LINE__, INVALID, COMP("VCALENDAR", PROP("X", TEXT("x") TEXT("y"))) },
                { __LINE__, INVALID,
                                COMP("VCALENDAR",
                                                COMP("VEVENT", PROP("DTSTAMP", TEXT("x") RANGE("20060101T000000Z",
                                                                                               "20060102T000000Z")))) },
                { __LINE__, INVALID,
                                COMP("VCALENDAR", COMP("VEVENT", RANGE("20060102T000000Z",
                                                                                 "20060101T000000Z"))) },
                { __LINE__, INVALID,
                                COMP("VCALENDAR", COMP("VEVENT", RANGE("20060102T000000Z",
                                                                                 "20060102T000000Z"))) },
                { __LINE__, INVALID,
                                COMP("VCALENDAR", COMP("VEVENT", RANGE("20060101T000000",
                                                                                 "20060102T000000"))) },
                { __LINE__, INVALID, COMP("VCALENDAR", COMP("VEVENT", RANGE("20060101", "20060102"))) },
                { __LINE__, INVALID, COMP("VCALENDAR", COMP("VEVENT", "<C:time-range/>")) },
                { __LINE__, INVALID,
                                COMP("VCALENDAR",
                                                COMP("VEVENT", RANGE("20060101T000000Z", "20060102T000000Z") RANGE(
                                                                               "20060101T000000Z",
                                                                               "20060102T000000Z"))) },
                { __LINE__, INVALID,
                                COMP("VCALENDAR",
                                                PROP("X", "<C:text-match negate-condition=\"maybe\">x</C:text-match>")) },
                { __LINE__, INVALID, COMP("VCALENDAR", RANGE("20060101T000000Z", "20060102T000000Z")) },
                { __LINE__, INVALID,
                                COMP("VCALENDAR", COMP("VTIMEZONE", RANGE("20060101T000000Z",
                                                                                    "20060102T000000Z"))) },
                { __LINE__, INVALID,
                                COMP("VCALENDAR",
                                                COMP("VEVENT", PROP("SUMMARY", RANGE("20060101T000000Z",
                                                                                               "20060102T000000Z")))) },
                { __LINE__, UNSUPPORTED,
                                COMP("VCALENDAR", COMP("X-VEVENT", RANGE("20060101T000000Z",
                                                                                   "20060102T000000Z"))) },
                { __LINE__, UNSUPPORTED,
                                COMP("VCALENDAR",
                                                COMP("VEVENT", PROP("X-DATE", RANGE("20060101T000000Z",
                                                                                              "20060102T000000Z")))) },
                /* RFC 4791, 7.8 */
                { __LINE__, INVALID, COMP("VCALENDAR", COMP("VTODO", COMP("VEVENT", ""))) },
                { __LINE__, INVALID, COMP("VCALENDAR", COMP("VCALENDAR", "")) },
                { __LINE__, INVALID, COMP("VCALENDAR", COMP("VALARM", "")) },
                { __LINE__, INVALID, COMP("VCALENDAR", COMP("VJOURNAL", COMP("VALARM", ""))) },
                { __LINE__, INVALID, COMP("VCALENDAR", COMP("VEVENT", COMP("STANDARD", ""))) },
                { __LINE__, CALENDAR_FILTER_E_COLLATION,
                                COMP("VCALENDAR",
                                                PROP("X", "<C:text-match collation=\"i;basic\">x</C:text-match>")) },
                { __LINE__, CALENDAR_FILTER_E_COLLATION,
                                COMP("VCALENDAR",
                                                PROP("X", "<C:text-match collation=\"i;*\">x</C:text-match>")) },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(arena_done) Arena arena = { 0 };
                const FilterComponent *filter = NULL;
                int r = read_filter(rows[i].filter, &arena, &filter);
                if (r != rows[i].expected)
                        print_error("row of line %d: %d\n", rows[i].line, r);
                assert_int_equal(r, rows[i].expected);
                assert_null(filter);
                assert_int_equal(fault != NULL, rows[i].expected == UNSUPPORTED);
        }
}

static void test_calendar_filter_scope(void **state)
{
        (void)state;
        enum {
                EVENT = 1 << OBJECT_EVENT | 1 << OBJECT_OWN_EVENT,
                DRAFT = 1 << OBJECT_DRAFT | 1 << OBJECT_JOURNAL,
                OFFER = 1 << OBJECT_OFFER,
                TODO = 1 << OBJECT_TODO,
        };
        static const struct {
                int line;
                const char *filter;
                unsigned kinds;
                bool is_exact, has_range;
        } rows[] = {
                { __LINE__, "", EVENT | DRAFT | OFFER | TODO, true, false },
                { __LINE__, UNDEFINED, 0, true, false },
                { __LINE__, PROP("PRODID", ""), EVENT | DRAFT | OFFER | TODO, false, false },
                { __LINE__, COMP("VEVENT", ""), EVENT, true, false },
                { __LINE__, COMP("VEVENT", UNDEFINED), DRAFT | OFFER | TODO, true, false },
                { __LINE__, COMP("VTODO", ""), TODO, true, false },
                { __LINE__, COMP("VFREEBUSY", ""), 0, true, false },
                { __LINE__, COMP("VTODO", UNDEFINED), EVENT | DRAFT | OFFER, true, false },
                { __LINE__, COMP("VTIMEZONE", ""), EVENT | DRAFT | OFFER | TODO, false, false },
                { __LINE__, COMP("X-NOTES", ""), EVENT | DRAFT | OFFER | TODO, false, false },
                { __LINE__, COMP("X-NOTES", UNDEFINED), EVENT | DRAFT | OFFER | TODO, false, false },
                { __LINE__, COMP("VEVENT", "") COMP("X-NOTES", PROP("X-A", "")), EVENT, false, false },
                { __LINE__, COMP("VEVENT", "") COMP("VTIMEZONE", UNDEFINED), EVENT, false, false },
                { __LINE__, COMP("VEVENT", COMP("VALARM", "")), EVENT, false, false },
                { __LINE__, COMP("VEVENT", RANGE("20060101T000000Z", "20060102T000000Z")), EVENT, false,
                                true },
                { __LINE__, COMP("VJOURNAL", RANGE("20060101T000000Z", "20060102T000000Z")), DRAFT, false,
                                false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(arena_done) Arena arena = { 0 };
                const FilterComponent *filter = NULL;
                char content[4096];
                snprintf(content, sizeof(content), COMP("VCALENDAR", "%s"), rows[i].filter);
                assert_int_equal(read_filter(content, &arena, &filter), 0);
                FilterScope scope = calendar_filter_scope(filter);
                if (scope.kinds != rows[i].kinds || scope.is_exact != rows[i].is_exact)
                        print_error("row of line %d: %x\n", rows[i].line, scope.kinds);
                assert_int_equal(scope.kinds, rows[i].kinds);
                assert_int_equal(scope.is_exact, rows[i].is_exact);
                assert_int_equal(scope.range.is_set, rows[i].has_range);
        }
}

static void test_calendar_filter_is_inside(void **state)
{
        (void)state;
#define MAY   "20250501T000000Z"
#define JUNE  "20250601T000000Z"
#define RULES "DTSTART:20250514T090000Z\r\n"
        static const struct {
                int line;
                const char *filter;
                int start, end; /* days since the beginning of May */
                const char *lines;
                bool expected;
        } rows[] = {
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 15, RULES, true },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 14, RULES, true },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 90, RULES, true },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 2, 3, RULES, true },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 1, 3, RULES, false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), -1, 90, RULES, false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 29, 30, RULES, true },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 30, 31, RULES, false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 13, RULES, false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 15, RULES "RRULE:FREQ=DAILY\r\n", false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 15, "rdate;VALUE=DATE:20250519\n", false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 15, "ExDate:20250514T090000Z\r\n", false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 15, "EXRULE:FREQ=DAILY\r\n", false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 15, "RECURRENCE-ID:20250514T090000Z\r\n",
                                false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 15, "EXDA\r\n TE:20250514T090000Z\r\n",
                                false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 15, "R\n\tRULE:FREQ=DAILY\n", false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 15, "SUMMARY:A\r\n RRULE:B\r\n", true },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)), 14, 15, "X-RRULE:A\r\nRRULES:B\r\n", true },
                { __LINE__, COMP("VEVENT", ""), 14, 15, RULES, false },
                { __LINE__, COMP("VEVENT", UNDEFINED), 14, 15, RULES, false },
                { __LINE__, COMP("VTODO", RANGE(MAY, JUNE)), 14, 15, RULES, false },
                { __LINE__, COMP("VEVENT", PROP("DTSTART", RANGE(MAY, JUNE))), 14, 15, RULES, false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE) PROP("SUMMARY", "")), 14, 15, RULES, false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE) COMP("VALARM", "")), 14, 15, RULES, false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)) COMP("VTIMEZONE", ""), 14, 15, RULES, false },
                { __LINE__, COMP("VEVENT", RANGE(MAY, JUNE)) PROP("METHOD", ""), 14, 15, RULES, false },
        };
        const usec_t may = 1746057600 * USEC_PER_SEC, day = USEC_PER_DAY;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(arena_done) Arena arena = { 0 };
                const FilterComponent *filter = NULL;
                char content[4096], text[4096];
                snprintf(content, sizeof(content), COMP("VCALENDAR", "%s"), rows[i].filter);
                int len = snprintf(text, sizeof(text),
                                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
                                rows[i].lines);
                assert_int_equal(read_filter(content, &arena, &filter), 0);
                FilterScope scope = calendar_filter_scope(filter);
                if (calendar_filter_is_inside(&scope, may + rows[i].start * day, may + rows[i].end * day,
                                    text, (size_t)len) != rows[i].expected)
                        fail_msg("row of line %d", rows[i].line);
        }
}

static void test_calendar_filter__work_is_bounded(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer content = BUFFER_INIT(16 * 1024 * 1024);
        CLEANUP(arena_done) Arena arena = { 0 };
        const FilterComponent *filter = NULL;
        buffer_puts(&content, "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">");
        for (int i = 0; i < 10000; i++)
                buffer_puts(&content, PROP("SUMMARY", ""));
        buffer_puts(&content, "</C:comp-filter></C:comp-filter>");
        assert_int_equal(read_filter(buffer_text(&content), &arena, &filter), CALENDAR_FILTER_E_UNSUPPORTED);
        buffer_reset(&content);
        buffer_puts(&content, "<C:comp-filter name=\"VCALENDAR\">");
        for (int i = 0; i < 40; i++)
                buffer_puts(&content, "<C:comp-filter name=\"X-PART\">");
        for (int i = 0; i < 41; i++)
                buffer_puts(&content, "</C:comp-filter>");
        assert_int_equal(read_filter(buffer_text(&content), &arena, &filter), 0);
        assert_false(matches(filter, rfc4791_objects[0]));
        buffer_reset(&content);
        buffer_puts(&content,
                        "<C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\"><C:prop-filter name=\"SUMMARY\">"
                        "<C:text-match collation=\"i;unicode-casemap\" negate-condition=\"yes\">");
        for (int i = 0; i < 1024 * 1024; i++)
                buffer_putc(&content, 'e');
        buffer_puts(&content, "</C:text-match></C:prop-filter></C:comp-filter></C:comp-filter>");
        clock_t begin = clock();
        assert_int_equal(read_filter(buffer_text(&content), &arena, &filter), 0);
        for (int i = 0; i < 100; i++)
                assert_true(matches(filter, rfc4791_objects[0]));
        assert_true((clock() - begin) / CLOCKS_PER_SEC < 20);
}

static void test_calendar_filter__compares_decoded_texts(void **state)
{
        (void)state;
        static const char text[] =
                        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Hall\\, first\\nfloor\r\n"
                        "LOCATION;ALTREP=\"http://example.org/a\":Зал\r\n"
                        " \xd1\x8b\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        static const struct {
                const char *filter;
                bool expected;
        } rows[] = {
                { PROP("SUMMARY", TEXT("hall, first&#10;floor")), true },
                { PROP("SUMMARY", TEXT("hall\\, first")), false },
                { PROP("LOCATION", "<C:text-match collation=\"i;unicode-casemap\">ЗАЛЫ</C:text-match>"),
                                true },
                { PROP("LOCATION", TEXT("ЗАЛЫ")), false },
                { PROP("LOCATION", PARAM("ALTREP", TEXT("EXAMPLE.org"))), true },
                { PROP("LOCATION", "<C:text-match> Залы</C:text-match>"), false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(arena_done) Arena arena = { 0 };
                const FilterComponent *filter = NULL;
                char content[1024];
                snprintf(content, sizeof(content), COMP("VCALENDAR", COMP("VEVENT", "%s")), rows[i].filter);
                assert_int_equal(read_filter(content, &arena, &filter), 0);
                assert_int_equal(matches(filter, text), rows[i].expected);
        }
}

/* One letter becomes many when it is folded. */
static void test_calendar_filter__long_texts_that_grow(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1024 * 1024);
        CLEANUP(arena_done) Arena arena = { 0 };
        const FilterComponent *filter = NULL;
        buffer_puts(&text, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:");
        for (int i = 0; i < 80000; i++)
                buffer_puts(&text, "\xef\xb7\xba");
        buffer_puts(&text, " end\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
        assert_int_equal(
                        read_filter(COMP("VCALENDAR",
                                                    COMP("VEVENT", PROP("SUMMARY", "<C:text-match collation=\"i;unicode-casemap\">END</C:text-match>"))),
                                        &arena, &filter),
                        0);
        assert_true(matches(filter, buffer_text(&text)));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_calendar_filter__examples_of_the_rfc),
                cmocka_unit_test(test_calendar_filter_read__refuses),
                cmocka_unit_test(test_calendar_filter_scope),
                cmocka_unit_test(test_calendar_filter_is_inside),
                cmocka_unit_test(test_calendar_filter__work_is_bounded),
                cmocka_unit_test(test_calendar_filter__compares_decoded_texts),
                cmocka_unit_test(test_calendar_filter__long_texts_that_grow),
        };
        return cmocka_run_group_tests(tests, open_zones, close_zones);
}
