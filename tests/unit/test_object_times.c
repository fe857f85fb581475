#include "calendar/object-times.h"

#include "calendar/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

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

static usec_t instant(const char *text)
{
        When when;
        assert_int_equal(when_parse(text, &when), 0);
        assert_int_equal(when.form, WHEN_UTC);
        return when_instant(&when, NULL);
}

/* Makes a range of `START/END`; a missing part is unbounded. */
static TimeRange range_of(const char *text)
{
        TimeRange range = { INT64_MIN, USEC_INFINITY };
        char start[32] = "";
        const char *slash = strchr(text, '/');
        memcpy(start, text, (size_t)(slash - text));
        if (start[0])
                range.from = instant(start);
        if (slash[1])
                range.to = instant(slash + 1);
        return range;
}

/* Finds a component by `NAME`, `NAME#2` or `NAME/NAME` below the VCALENDAR. */
static const ObjectNode *node_of(const ObjectNode *parent, const char *path)
{
        size_t len = strcspn(path, "/#");
        int n = path[len] == '#' ? path[len + 1] - '0' : 1;
        for (const ObjectNode *node = parent->children; node; node = node->next)
                if (strlen(node->name) == len && memcmp(node->name, path, len) == 0 && --n == 0) {
                        const char *rest = strchr(path, '/');
                        return rest ? node_of(node, rest + 1) : node;
                }
        fail_msg("no %s", path);
        return NULL;
}

static bool overlaps(const char *body, const char *path, const char *range_text, const char *zone_name)
{
        char text[8192];
        const Zone *zone = NULL;
        TimeRange range = range_of(range_text);
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        CLEANUP(object_times_freep) ObjectTimes *times = NULL;
        bool result = false;
        int len = snprintf(
                        text, sizeof(text), "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n%sEND:VCALENDAR\r\n", body);
        assert_in_range(len, 1, sizeof(text) - 1);
        if (zone_name)
                assert_int_equal(zone_table_get(zones, zone_name, &zone), 0);
        assert_int_equal(object_tree_new(text, (size_t)len, &tree), 0);
        assert_int_equal(object_times_new(zones, tree, zone, &times), 0);
        assert_int_equal(object_times_overlap(times, node_of(object_tree_root(tree), path), &range, &result),
                        0);
        return result;
}

typedef struct Row {
        int line;
        const char *lines; /* of the component */
        const char *range;
        bool expected;
} Row;

static void check_rows(const char *name, const Row *rows, size_t n)
{
        for (size_t i = 0; i < n; i++) {
                char body[4096];
                snprintf(body, sizeof(body), "BEGIN:%s\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\n%sEND:%s\r\n",
                                name, rows[i].lines, name);
                bool result = overlaps(body, name, rows[i].range, "Europe/Moscow");
                if (result != rows[i].expected)
                        print_error("row of line %d\n", rows[i].line);
                assert_int_equal(result, rows[i].expected);
        }
}

#define CHECK_ROWS(name, rows) check_rows(name, rows, sizeof(rows) / sizeof(rows[0]))

static void test_object_times__vevent(void **state)
{
        (void)state;
#define LASTING "DTSTART:20060102T100000Z\r\nDTEND:20060102T110000Z\r\n"
#define LONG    "DTSTART:20060102T100000Z\r\nDURATION:PT1H\r\n"
#define ZERO    "DTSTART:20060102T100000Z\r\nDURATION:PT0S\r\n"
#define MOMENT  "DTSTART:20060102T100000Z\r\n"
#define SAME    "DTSTART:20060102T100000Z\r\nDTEND:20060102T100000Z\r\n"
#define DAY     "DTSTART;VALUE=DATE:20060102\r\n"
#define DAYS    "DTSTART;VALUE=DATE:20060102\r\nDURATION:P2D\r\n"
        static const Row rows[] = {
                { __LINE__, LASTING, "20060102T090000Z/20060102T100000Z", false },
                { __LINE__, LASTING, "20060102T090000Z/20060102T100001Z", true },
                { __LINE__, LASTING, "20060102T110000Z/20060102T120000Z", false },
                { __LINE__, LASTING, "20060102T105959Z/20060102T120000Z", true },
                { __LINE__, LASTING, "20060102T101500Z/20060102T103000Z", true },
                { __LINE__, LASTING, "20060102T105959Z/", true },
                { __LINE__, LASTING, "20060102T110000Z/", false },
                { __LINE__, LASTING, "/20060102T100000Z", false },
                { __LINE__, LASTING, "/20060102T100001Z", true },
                { __LINE__, LONG, "20060102T105959Z/20060102T120000Z", true },
                { __LINE__, LONG, "20060102T110000Z/20060102T120000Z", false },
                { __LINE__, ZERO, "20060102T100000Z/20060102T110000Z", true },
                { __LINE__, ZERO, "20060102T090000Z/20060102T100000Z", false },
                { __LINE__, ZERO, "20060102T100001Z/20060102T110000Z", false },
                { __LINE__, MOMENT, "20060102T100000Z/20060102T110000Z", true },
                { __LINE__, MOMENT, "20060102T100000Z/", true },
                { __LINE__, MOMENT, "20060102T090000Z/20060102T100000Z", false },
                { __LINE__, SAME, "20060102T100000Z/20060102T110000Z", false },
                { __LINE__, SAME, "20060102T095959Z/20060102T110000Z", true },
                /* The day of Moscow is 21:00Z to 21:00Z. */
                { __LINE__, DAY, "20060101T200000Z/20060101T210000Z", false },
                { __LINE__, DAY, "20060101T200000Z/20060101T210001Z", true },
                { __LINE__, DAY, "20060102T205959Z/20060103T000000Z", true },
                { __LINE__, DAY, "20060102T210000Z/20060103T000000Z", false },
                { __LINE__, DAYS, "20060103T205959Z/20060104T000000Z", true },
                { __LINE__, DAYS, "20060103T210000Z/20060104T000000Z", false },
                { __LINE__, "DTSTART:20060102T100000\r\n", "20060102T070000Z/20060102T070001Z", true },
                { __LINE__, "DTSTART:20060102T100000\r\n", "20060102T100000Z/20060102T100001Z", false },
                { __LINE__, "X-CONVENED-TZID:Asia/Tokyo\r\nDTSTART:20060102T100000\r\n",
                                "20060102T010000Z/20060102T010001Z", true },
                { __LINE__, "DTSTART;TZID=America/New_York:20060102T100000\r\n",
                                "20060102T150000Z/20060102T150001Z", true },
                /* An event that cannot be read or expanded may be in any range, but not before its start. */
                { __LINE__, "DTSTART;TZID=No/Where:20060102T100000\r\n", "/20990101T000000Z", true },
                { __LINE__, LASTING "RRULE:FREQ=HOURLY\r\n", "20200101T000000Z/20200102T000000Z", true },
                { __LINE__, LASTING "EXRULE:FREQ=HOURLY\r\n", "20200101T000000Z/20200102T000000Z", true },
                { __LINE__, LASTING "RRULE:FREQ=HOURLY\r\n", "20060102T090000Z/20060102T100000Z", false },
                { __LINE__, "SUMMARY:no start\r\n", "/20990101T000000Z", false },
        };
        CHECK_ROWS("VEVENT", rows);
}

static void test_object_times__vtodo(void **state)
{
        (void)state;
#define TODO_DURATION  "DTSTART:20060102T100000Z\r\nDURATION:PT1H\r\n"
#define TODO_DUE       "DTSTART:20060102T100000Z\r\nDUE:20060102T110000Z\r\n"
#define TODO_SAME      "DTSTART:20060102T100000Z\r\nDUE:20060102T100000Z\r\n"
#define TODO_START     "DTSTART:20060102T100000Z\r\n"
#define DUE_ONLY       "DUE:20060102T110000Z\r\n"
#define BOTH_STAMPS    "COMPLETED:20060102T110000Z\r\nCREATED:20060102T100000Z\r\n"
#define COMPLETED_ONLY "COMPLETED:20060102T110000Z\r\n"
#define CREATED_ONLY   "CREATED:20060102T100000Z\r\n"
        static const Row rows[] = {
                { __LINE__, TODO_DURATION, "20060102T110000Z/20060102T120000Z", true },
                { __LINE__, TODO_DURATION, "20060102T110001Z/20060102T120000Z", false },
                { __LINE__, TODO_DURATION, "20060102T090000Z/20060102T100000Z", false },
                { __LINE__, TODO_DURATION, "20060102T090000Z/20060102T100001Z", true },
                { __LINE__, TODO_DUE, "20060102T110000Z/20060102T120000Z", false },
                { __LINE__, TODO_DUE, "20060102T105959Z/20060102T120000Z", true },
                { __LINE__, TODO_DUE, "20060102T090000Z/20060102T100000Z", false },
                { __LINE__, TODO_DUE, "20060102T090000Z/20060102T100001Z", true },
                { __LINE__, TODO_SAME, "20060102T100000Z/20060102T110000Z", true },
                { __LINE__, TODO_SAME, "20060102T090000Z/20060102T100000Z", true },
                { __LINE__, TODO_SAME, "20060102T100001Z/20060102T110000Z", false },
                { __LINE__, TODO_START, "20060102T100000Z/20060102T110000Z", true },
                { __LINE__, TODO_START, "20060102T090000Z/20060102T100000Z", false },
                { __LINE__, TODO_START, "20060102T100001Z/20060102T110000Z", false },
                { __LINE__, DUE_ONLY, "20060102T100000Z/20060102T110000Z", true },
                { __LINE__, DUE_ONLY, "20060102T110000Z/20060102T120000Z", false },
                { __LINE__, DUE_ONLY, "20060102T100000Z/20060102T105959Z", false },
                { __LINE__, "DUE;VALUE=DATE:20060103\r\n", "20060102T000000Z/20060102T210000Z", true },
                { __LINE__, "DUE;VALUE=DATE:20060103\r\n", "20060102T210000Z/20060103T000000Z", false },
                { __LINE__, "DTSTART;VALUE=DATE:20060102\r\nDUE;VALUE=DATE:20060103\r\n",
                                "20060102T205959Z/20060103T000000Z", true },
                { __LINE__, "DTSTART;VALUE=DATE:20060102\r\nDUE;VALUE=DATE:20060102\r\n",
                                "20060101T210001Z/20060103T000000Z", false },
                { __LINE__, BOTH_STAMPS, "20060102T100000Z/20060102T103000Z", true },
                { __LINE__, BOTH_STAMPS, "20060102T103000Z/20060102T104000Z", true },
                { __LINE__, BOTH_STAMPS, "20060102T110000Z/20060102T120000Z", true },
                { __LINE__, BOTH_STAMPS, "20060102T110001Z/20060102T120000Z", false },
                { __LINE__, BOTH_STAMPS, "20060102T090000Z/20060102T100000Z", true },
                { __LINE__, BOTH_STAMPS, "20060102T090000Z/20060102T095959Z", false },
                { __LINE__, COMPLETED_ONLY, "20060102T110000Z/20060102T120000Z", true },
                { __LINE__, COMPLETED_ONLY, "20060102T100000Z/20060102T110000Z", true },
                { __LINE__, COMPLETED_ONLY, "20060102T100000Z/20060102T105959Z", false },
                { __LINE__, CREATED_ONLY, "20060102T100001Z/20060102T110000Z", true },
                { __LINE__, CREATED_ONLY, "20060102T090000Z/20060102T100000Z", false },
                { __LINE__, CREATED_ONLY, "20060102T090000Z/20060102T100001Z", true },
                { __LINE__, "SUMMARY:x\r\n", "20060102T090000Z/20060102T100000Z", true },
                { __LINE__, TODO_DUE "RRULE:FREQ=DAILY\r\n", "20060112T105959Z/20060112T120000Z", true },
                { __LINE__, TODO_DUE "RRULE:FREQ=DAILY\r\n", "20060112T110000Z/20060112T120000Z", false },
                { __LINE__, DUE_ONLY "RRULE:FREQ=DAILY\r\n", "20060112T100000Z/20060112T110000Z", true },
                { __LINE__, DUE_ONLY "RRULE:FREQ=DAILY\r\n", "20060112T110000Z/20060112T120000Z", false },
        };
        CHECK_ROWS("VTODO", rows);
}

static void test_object_times__other_components(void **state)
{
        (void)state;
        static const Row journals[] = {
                { __LINE__, "DTSTART:20060102T100000Z\r\n", "20060102T100000Z/20060102T110000Z", true },
                { __LINE__, "DTSTART:20060102T100000Z\r\n", "20060102T090000Z/20060102T100000Z", false },
                { __LINE__, "DTSTART;VALUE=DATE:20060102\r\n", "20060102T205959Z/20060103T000000Z", true },
                { __LINE__, "DTSTART;VALUE=DATE:20060102\r\n", "20060102T210000Z/20060103T000000Z", false },
                { __LINE__, "STATUS:DRAFT\r\n", "/20990101T000000Z", false },
                { __LINE__, "DTSTART:20060102T100000Z\r\nRRULE:FREQ=WEEKLY\r\n",
                                "20060109T100000Z/20060109T100001Z", true },
        };
#define BOTH_ENDS "DTSTART:20060102T100000Z\r\nDTEND:20060103T100000Z\r\n"
#define PERIODS   "FREEBUSY;FBTYPE=FREE:20060102T100000Z/20060102T110000Z,20060105T100000Z/PT1H\r\n"
        static const Row free_busy[] = {
                { __LINE__, BOTH_ENDS, "20060103T100000Z/20060104T100000Z", true },
                { __LINE__, BOTH_ENDS, "20060103T100001Z/20060104T100000Z", false },
                { __LINE__, BOTH_ENDS, "20060101T100000Z/20060102T100000Z", false },
                { __LINE__, BOTH_ENDS PERIODS, "20060105T100000Z/20060105T110000Z", false },
                { __LINE__, PERIODS, "20060105T105959Z/20060106T000000Z", true },
                { __LINE__, PERIODS, "20060105T110000Z/20060106T000000Z", false },
                { __LINE__, PERIODS, "20060102T110000Z/20060105T100000Z", false },
                { __LINE__, "FREEBUSY:rubbish,20060105T100000Z/PT1H\r\n", "20060105T100000Z/", true },
                { __LINE__, "", "/20990101T000000Z", false },
        };
        static const Row availability[] = {
                { __LINE__, BOTH_ENDS, "20060103T100000Z/20060104T100000Z", false },
                { __LINE__, BOTH_ENDS, "20060103T095959Z/20060104T100000Z", true },
                { __LINE__, "DTSTART:20060102T100000Z\r\nDURATION:P1D\r\n", "20060103T095959Z/", true },
                { __LINE__, "DTSTART:20060102T100000Z\r\nDURATION:P1D\r\n", "20060103T100000Z/", false },
                { __LINE__, "DTSTART:20060102T100000Z\r\n", "20990101T000000Z/", true },
                { __LINE__, "DTSTART:20060102T100000Z\r\n", "/20060102T100000Z", false },
                { __LINE__, "DTEND:20060102T100000Z\r\n", "/20060101T000000Z", true },
                { __LINE__, "DTEND:20060102T100000Z\r\n", "20060102T100000Z/", false },
                { __LINE__, "", "20990101T000000Z/", true },
        };
        CHECK_ROWS("VJOURNAL", journals);
        CHECK_ROWS("VFREEBUSY", free_busy);
        CHECK_ROWS("VAVAILABILITY", availability);
}

#define SERIES                                                                                              \
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\n"                                             \
        "DTSTART;TZID=America/New_York:20060102T120000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=10\r\n"   \
        "EXDATE;TZID=America/New_York:20060105T120000\r\nRDATE;VALUE=PERIOD:20060201T100000Z/PT3H\r\n"      \
        "END:VEVENT\r\n"                                                                                    \
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\n"                                             \
        "RECURRENCE-ID;TZID=America/New_York:20060104T120000\r\n"                                           \
        "DTSTART;TZID=America/New_York:20060104T140000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"                  \
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\n"                                             \
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/New_York:20060109T120000\r\n"                       \
        "DTSTART;TZID=America/New_York:20060109T160000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"                  \
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\n"                                             \
        "RECURRENCE-ID;TZID=America/New_York:20060105T120000\r\n"                                           \
        "DTSTART;TZID=America/New_York:20060105T140000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"

static void test_object_times__recurrences_with_overrides(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *path, *range;
                bool expected;
        } rows[] = {
                { __LINE__, "VEVENT", "20060103T170000Z/20060103T180000Z", true },
                { __LINE__, "VEVENT", "20060104T170000Z/20060104T180000Z", false },
                { __LINE__, "VEVENT", "20060104T190000Z/20060104T200000Z", false },
                { __LINE__, "VEVENT#2", "20060104T190000Z/20060104T200000Z", true },
                { __LINE__, "VEVENT#2", "20060104T170000Z/20060104T190000Z", false },
                { __LINE__, "VEVENT#2", "/", true },
                /* excluded, so the override of the same instance does not take place */
                { __LINE__, "VEVENT", "20060105T170000Z/20060105T180000Z", false },
                { __LINE__, "VEVENT#4", "20060105T190000Z/20060105T200000Z", false },
                { __LINE__, "VEVENT#4", "/", false },
                { __LINE__, "VEVENT", "20060108T170000Z/20060108T180000Z", true },
                { __LINE__, "VEVENT", "20060109T000000Z/20060112T000000Z", false },
                { __LINE__, "VEVENT#3", "20060109T210000Z/20060109T220000Z", true },
                { __LINE__, "VEVENT#3", "20060111T210000Z/20060111T220000Z", true },
                { __LINE__, "VEVENT#3", "20060111T170000Z/20060111T180000Z", false },
                { __LINE__, "VEVENT#3", "20060112T000000Z/20060131T000000Z", false },
                /* The RDATE after the override is moved with it. */
                { __LINE__, "VEVENT#3", "20060201T140000Z/20060201T150000Z", true },
                { __LINE__, "VEVENT", "20060201T000000Z/20060202T000000Z", false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                bool result = overlaps(SERIES, rows[i].path, rows[i].range, NULL);
                if (result != rows[i].expected)
                        print_error("row of line %d\n", rows[i].line);
                assert_int_equal(result, rows[i].expected);
        }
}

#define ALARM(lines)                                                                                        \
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\nDTSTART:20060102T100000Z\r\n"                 \
        "DTEND:20060102T110000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\n" lines   \
        "END:VALARM\r\nEND:VEVENT\r\n"

static void test_object_times__alarms(void **state)
{
        (void)state;
        static const Row rows[] = {
                { __LINE__, ALARM("TRIGGER:-PT10M\r\n"), "20060102T095000Z/20060102T095001Z", true },
                { __LINE__, ALARM("TRIGGER:-PT10M\r\n"), "20060102T095001Z/20060109T095000Z", false },
                { __LINE__, ALARM("TRIGGER:-PT10M\r\n"), "20060116T095000Z/", true },
                { __LINE__, ALARM("TRIGGER:-PT10M\r\n"), "20060116T095001Z/", false },
                { __LINE__, ALARM("TRIGGER;RELATED=END:PT5M\r\n"), "20060109T110500Z/20060109T110501Z",
                                true },
                { __LINE__, ALARM("TRIGGER;RELATED=END:PT5M\r\n"), "20060109T100500Z/20060109T100501Z",
                                false },
                { __LINE__, ALARM("TRIGGER:-P30D\r\n"), "20051203T100000Z/20051203T100001Z", true },
                { __LINE__, ALARM("TRIGGER:P30D\r\n"), "20060215T100000Z/20060215T100001Z", true },
                { __LINE__, ALARM("TRIGGER;VALUE=DATE-TIME:20060301T100000Z\r\n"),
                                "20060301T100000Z/20060301T100001Z", true },
                { __LINE__, ALARM("TRIGGER;VALUE=DATE-TIME:20060301T100000Z\r\n"),
                                "20060102T000000Z/20060301T100000Z", false },
                { __LINE__, ALARM("TRIGGER;VALUE=DATE-TIME:20060301T100000Z\r\nREPEAT:2\r\nDURATION:PT1H\r\n"),
                                "20060301T120000Z/20060301T120001Z", true },
                { __LINE__, ALARM("TRIGGER:-PT10M\r\nREPEAT:3\r\nDURATION:P1D\r\n"),
                                "20060105T095000Z/20060105T095001Z", true },
                { __LINE__, ALARM("TRIGGER:-PT10M\r\nREPEAT:3\r\nDURATION:P1D\r\n"),
                                "20060106T000000Z/20060109T000000Z", false },
                { __LINE__, ALARM("TRIGGER:-PT10M\r\nREPEAT:x\r\n"), "/", false },
                { __LINE__, ALARM("TRIGGER:soon\r\n"), "/", false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                bool result = overlaps(rows[i].lines, "VEVENT/VALARM", rows[i].range, NULL);
                if (result != rows[i].expected)
                        print_error("row of line %d\n", rows[i].line);
                assert_int_equal(result, rows[i].expected);
        }
        static const char todo[] =
                        "BEGIN:VTODO\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\n"
                        "DUE;TZID=America/New_York:20060106T120000\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\n"
                        "TRIGGER;RELATED=START:-PT10M\r\nEND:VALARM\r\nEND:VTODO\r\n";
        assert_true(overlaps(todo, "VTODO/VALARM", "20060106T165000Z/20060106T165001Z", NULL));
        assert_false(overlaps(todo, "VTODO/VALARM", "20060106T165001Z/20060107T165001Z", NULL));
}

static void test_object_times__zones_and_hours_of_the_object(void **state)
{
        (void)state;
        static const char own_zone[] =
                        "BEGIN:VTIMEZONE\r\nTZID:Our hall\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
                        "TZOFFSETFROM:+0500\r\nTZOFFSETTO:+0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
                        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Our hall:20060102T100000\r\nEND:VEVENT\r\n";
        assert_true(overlaps(own_zone, "VEVENT", "20060102T050000Z/20060102T050001Z", NULL));
        assert_false(overlaps(own_zone, "VEVENT", "20060102T100000Z/20060102T100001Z", NULL));
        static const char hours[] =
                        "BEGIN:VAVAILABILITY\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\nBEGIN:AVAILABLE\r\nUID:2\r\n"
                        "DTSTART;TZID=Europe/Moscow:20060102T100000\r\nDTEND;TZID=Europe/Moscow:20060102T120000\r\n"
                        "RRULE:FREQ=WEEKLY\r\nEND:AVAILABLE\r\nEND:VAVAILABILITY\r\n";
        assert_true(overlaps(hours, "VAVAILABILITY/AVAILABLE", "20060109T085959Z/20060109T120000Z", NULL));
        assert_false(overlaps(hours, "VAVAILABILITY/AVAILABLE", "20060109T090000Z/20060109T120000Z", NULL));
}

static void test_object_times__endless_and_empty_rules_end(void **state)
{
        (void)state;
        static const char *const rules[] = { "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n",
                "RRULE:FREQ=DAILY;COUNT=100000\r\n", "RRULE:FREQ=DAILY;INTERVAL=1000\r\n" };
        for (size_t i = 0; i < 3; i++) {
                char body[512];
                snprintf(body, sizeof(body),
                                "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20060102T100000Z\r\n%sEND:VEVENT\r\n"
                                "BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID:20060102T100000Z\r\n"
                                "DTSTART:20060102T110000Z\r\nEND:VEVENT\r\n",
                                rules[i]);
                assert_false(overlaps(body, "VEVENT#2", "20060103T000000Z/70060102T000000Z", NULL));
                (void)overlaps(body, "VEVENT", "20060103T000000Z/70060102T000000Z", NULL);
        }
}

static void test_object_times__properties(void **state)
{
        (void)state;
        static const char text[] =
                        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20060101T000000Z\r\n"
                        "DTSTART;VALUE=DATE:20060102\r\nDURATION:P1D\r\nCREATED:nonsense\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        static const struct {
                int line;
                const char *name, *range;
                bool expected;
        } rows[] = {
                { __LINE__, "DTSTAMP", "20060101T000000Z/20060101T000001Z", true },
                { __LINE__, "DTSTAMP", "20050101T000000Z/20060101T000000Z", false },
                { __LINE__, "DTSTAMP", "20060101T000001Z/", false },
                { __LINE__, "DTSTART", "20060101T210000Z/20060101T210001Z", true },
                { __LINE__, "DTEND", "20060102T210000Z/20060102T210001Z", true },
                { __LINE__, "DTEND", "20060102T210001Z/", false },
                { __LINE__, "DUE", "/", false },
                { __LINE__, "CREATED", "/", false },
        };
        const Zone *zone;
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        CLEANUP(object_times_freep) ObjectTimes *times = NULL;
        assert_int_equal(zone_table_get(zones, "Europe/Moscow", &zone), 0);
        assert_int_equal(object_tree_new(text, sizeof(text) - 1, &tree), 0);
        assert_int_equal(object_times_new(zones, tree, zone, &times), 0);
        const ObjectNode *node = object_tree_root(tree)->children;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                TimeRange range = range_of(rows[i].range);
                const ContentLine *line = object_node_line(node, rows[i].name, NULL);
                bool result = object_times_property_overlaps(times, node, rows[i].name, line, &range);
                if (result != rows[i].expected)
                        print_error("row of line %d\n", rows[i].line);
                assert_int_equal(result, rows[i].expected);
        }
}

static void test_object_tree_new__refuses_what_is_no_calendar(void **state)
{
        (void)state;
        static const char *const texts[] = { "", "BEGIN:VCALENDAR\r\n", "BEGIN:VCARD\r\nEND:VCARD\r\n",
                "VERSION:2.0\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
                "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n" };
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
                ObjectTree *tree = NULL;
                assert_int_equal(object_tree_new(texts[i], strlen(texts[i]), &tree), OBJECT_TREE_E_INVALID);
                assert_null(tree);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_object_times__vevent),
                cmocka_unit_test(test_object_times__vtodo),
                cmocka_unit_test(test_object_times__other_components),
                cmocka_unit_test(test_object_times__recurrences_with_overrides),
                cmocka_unit_test(test_object_times__alarms),
                cmocka_unit_test(test_object_times__zones_and_hours_of_the_object),
                cmocka_unit_test(test_object_times__endless_and_empty_rules_end),
                cmocka_unit_test(test_object_times__properties),
                cmocka_unit_test(test_object_tree_new__refuses_what_is_no_calendar),
        };
        return cmocka_run_group_tests(tests, open_zones, close_zones);
}
