/* Tests the parts of objects that calendar-data asks for, with the examples of RFC 4791, 7.8. */

#include "dav/calendar-data.h"
#include "rfc4791.h"

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

static int cut_with(const char *content, const char *text, size_t *n_left, Buffer *out)
{
        char xml[4096];
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        CLEANUP(arena_done) Arena arena = { 0 };
        DataRequest data = { 0 };
        int len = snprintf(xml, sizeof(xml),
                        "<C:calendar-data xmlns:C=\"urn:ietf:params:xml:ns:caldav\">%s</C:calendar-data>",
                        content);
        const ObjectSource source = { zones, NULL, text, strlen(text) };
        assert_int_equal(xml_reader_init(&reader, xml, (size_t)len), 0);
        assert_int_equal(data_request_read(&reader, &arena, &data), 0);
        return calendar_data_cut(&data, &source, n_left, out);
}

static void assert_cut(const char *content, const char *text, const char *expected)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(16 * 1024 * 1024);
        size_t n_left = 1000;
        assert_int_equal(cut_with(content, text, &n_left, &out), 0);
        assert_string_equal(buffer_text(&out), expected);
}

#define RANGE(name, start, end) "<C:" name " start=\"" start "\" end=\"" end "\"/>"
#define OBJECT(lines)           RFC4791_HEAD lines "END:VCALENDAR\r\n"

static void test_calendar_data__chosen_properties(void **state)
{
        (void)state;
        /* RFC 4791, 7.8.1 */
        static const char chosen[] =
                        "<C:comp name=\"VCALENDAR\"><C:prop name=\"VERSION\"/><C:comp name=\"VEVENT\">"
                        "<C:prop name=\"SUMMARY\"/><C:prop name=\"UID\"/><C:prop name=\"DTSTART\"/>"
                        "<C:prop name=\"DTEND\"/><C:prop name=\"DURATION\"/><C:prop name=\"RRULE\"/>"
                        "<C:prop name=\"RDATE\"/><C:prop name=\"EXRULE\"/><C:prop name=\"EXDATE\"/>"
                        "<C:prop name=\"RECURRENCE-ID\"/></C:comp><C:comp name=\"VTIMEZONE\"/></C:comp>";
        assert_cut(chosen, rfc4791_objects[2],
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" RFC4791_ZONE
                        "BEGIN:VEVENT\r\nDTSTART;TZID=US/Eastern:20060104T100000\r\nDURATION:PT1H\r\n"
                        "SUMMARY:Event #3\r\nUID:DC6C50A017428C5216A2F1CD@example.com\r\n"
                        "END:VEVENT\r\nEND:VCALENDAR\r\n");
        assert_cut("<C:comp name=\"VCALENDAR\"><C:comp name=\"VTODO\"><C:prop name=\"uid\"/>"
                   "<C:prop name=\"DUE\" novalue=\"yes\"/><C:prop name=\"X-NONE\"/>"
                   "<C:comp name=\"VALARM\"><C:allprop/></C:comp></C:comp></C:comp>",
                        rfc4791_objects[3],
                        "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nDUE;VALUE=DATE:\r\nUID:DDDEEB7915FA61233B861457@example.com\r\n"
                        "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER;RELATED=START:-PT10M\r\nEND:VALARM\r\nEND:VTODO\r\nEND:VCALENDAR\r\n");
        assert_cut("<C:comp name=\"VCALENDAR\"><C:allprop/><C:comp name=\"VTODO\"><C:allprop/></C:comp></C:comp>",
                        rfc4791_objects[3],
                        OBJECT("BEGIN:VTODO\r\nDTSTAMP:20060205T235335Z\r\nDUE;VALUE=DATE:20060104\r\n"
                               "STATUS:NEEDS-ACTION\r\nSUMMARY:Task #1\r\nUID:DDDEEB7915FA61233B861457@example.com\r\nEND:VTODO\r\n"));
        assert_cut("<C:comp name=\"VCALENDAR\"><C:allcomp/></C:comp>", rfc4791_objects[6],
                        "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nDTSTAMP:20060205T235600Z\r\nDUE;VALUE=DATE:20060101\r\n"
                        "LAST-MODIFIED:20060205T235308Z\r\nSEQUENCE:1\r\nSTATUS:CANCELLED\r\nSUMMARY:Task #4\r\n"
                        "UID:E10BA47467C5C69BB74E8725@example.com\r\nEND:VTODO\r\nEND:VCALENDAR\r\n");
        assert_cut("<C:comp name=\"VCALENDAR\"/>", rfc4791_objects[6], rfc4791_objects[6]);
        assert_cut("", rfc4791_objects[6], rfc4791_objects[6]);
}

#define BIS                                                                                                 \
        "BEGIN:VEVENT\r\nDTSTAMP:20060206T001121Z\r\nDTSTART;TZID=US/Eastern:20060104T140000\r\n"           \
        "DURATION:PT1H\r\nRECURRENCE-ID;TZID=US/Eastern:20060104T120000\r\nSUMMARY:Event #2 bis\r\n"        \
        "UID:00959BC664CA650E933C892C@example.com\r\nEND:VEVENT\r\n"
#define MASTER                                                                                              \
        "BEGIN:VEVENT\r\nDTSTAMP:20060206T001121Z\r\nDTSTART;TZID=US/Eastern:20060102T120000\r\n"           \
        "DURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:Event #2\r\n"                                 \
        "UID:00959BC664CA650E933C892C@example.com\r\nEND:VEVENT\r\n"

static void test_calendar_data__limit_recurrence_set(void **state)
{
        (void)state;
        /* RFC 4791, 7.8.2 */
        assert_cut(RANGE("limit-recurrence-set", "20060103T000000Z", "20060105T000000Z"), rfc4791_objects[1],
                        OBJECT(RFC4791_ZONE MASTER BIS));
        assert_cut(RANGE("limit-recurrence-set", "20060102T000000Z", "20060103T000000Z"), rfc4791_objects[1],
                        OBJECT(RFC4791_ZONE MASTER));
        /* The original time, and then the new one, is the range. */
        assert_cut(RANGE("limit-recurrence-set", "20060104T170000Z", "20060104T180000Z"), rfc4791_objects[1],
                        OBJECT(RFC4791_ZONE MASTER BIS));
        assert_cut(RANGE("limit-recurrence-set", "20060104T190000Z", "20060104T200000Z"), rfc4791_objects[1],
                        OBJECT(RFC4791_ZONE MASTER BIS));
        assert_cut(RANGE("limit-recurrence-set", "20060104T180000Z", "20060104T190000Z"), rfc4791_objects[1],
                        OBJECT(RFC4791_ZONE MASTER));
#define FROM_NOW_ON                                                                                         \
        "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20060102T100000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n"           \
        "BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;RANGE=THISANDFUTURE:20060110T100000Z\r\n"                   \
        "DTSTART:20060110T110000Z\r\nEND:VEVENT\r\n"
        assert_cut(RANGE("limit-recurrence-set", "20070103T000000Z", "20070105T000000Z"),
                        OBJECT(FROM_NOW_ON), OBJECT(FROM_NOW_ON));
}

static void test_calendar_data__expand(void **state)
{
        (void)state;
        /* RFC 4791, 7.8.3 */
        assert_cut(RANGE("expand", "20060103T000000Z", "20060105T000000Z"), rfc4791_objects[1],
                        OBJECT("BEGIN:VEVENT\r\nDTSTAMP:20060206T001121Z\r\nDTSTART:20060103T170000Z\r\nDURATION:PT1H\r\n"
                               "SUMMARY:Event #2\r\nUID:00959BC664CA650E933C892C@example.com\r\n"
                               "RECURRENCE-ID:20060103T170000Z\r\nEND:VEVENT\r\n"
                               "BEGIN:VEVENT\r\nDTSTAMP:20060206T001121Z\r\nDTSTART:20060104T190000Z\r\nDURATION:PT1H\r\n"
                               "SUMMARY:Event #2 bis\r\nUID:00959BC664CA650E933C892C@example.com\r\n"
                               "RECURRENCE-ID:20060104T170000Z\r\nEND:VEVENT\r\n"));
        assert_cut(RANGE("expand", "20060103T000000Z",
                                   "20060105T000000Z") "<C:comp name=\"VCALENDAR\"><C:comp name=\"VEVENT\">"
                                                       "<C:prop name=\"DTSTART\"/></C:comp></C:comp>",
                        rfc4791_objects[2],
                        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20060104T150000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
        assert_cut(RANGE("expand", "20070103T000000Z", "20070105T000000Z"), rfc4791_objects[1], OBJECT(""));
        /* Lengths: a day that has 25 hours, a period, a day, and no length. */
        assert_cut(RANGE("expand", "20211030T000000Z", "20211101T000000Z"),
                        OBJECT("BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Berlin:20211030T120000\r\nDURATION:P1D\r\n"
                               "X-AT;TZID=Europe/Berlin;X-P=\"a,b\":20211030T120000\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"
                               "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\nEND:VEVENT\r\n"),
                        OBJECT("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20211030T100000Z\r\nDTEND:20211031T110000Z\r\n"
                               "X-AT;X-P=\"a,b\":20211030T100000Z\r\nRECURRENCE-ID:20211030T100000Z\r\n"
                               "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\nEND:VEVENT\r\n"
                               "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20211031T110000Z\r\nDURATION:P1D\r\n"
                               "X-AT;X-P=\"a,b\":20211030T100000Z\r\nRECURRENCE-ID:20211031T110000Z\r\n"
                               "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\nEND:VEVENT\r\n"));
        assert_cut(RANGE("expand", "20060101T000000Z", "20060201T000000Z"),
                        OBJECT("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20060102T100000Z\r\n"
                               "RDATE;VALUE=PERIOD:20060103T100000Z/PT3H\r\nEND:VEVENT\r\n"),
                        OBJECT("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20060102T100000Z\r\nRECURRENCE-ID:20060102T100000Z\r\nEND:VEVENT\r\n"
                               "BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20060103T100000Z\r\nRECURRENCE-ID:20060103T100000Z\r\n"
                               "DTEND:20060103T130000Z\r\nEND:VEVENT\r\n"));
        assert_cut(RANGE("expand", "20060101T000000Z", "20060103T000000Z"),
                        OBJECT("BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20060102\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n"
                               "BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20060102T100000\r\nDTEND:20060102T110000\r\nEND:VEVENT\r\n"),
                        OBJECT("BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20060102\r\nRECURRENCE-ID;VALUE=DATE:20060102\r\nEND:VEVENT\r\n"
                               "BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20060102T100000\r\nDTEND:20060102T110000\r\nEND:VEVENT\r\n"));
        assert_cut(RANGE("expand", "20060101T000000Z", "20060104T000000Z"),
                        OBJECT("BEGIN:VTODO\r\nUID:1\r\nDUE:20060102T100000Z\r\nRRULE:FREQ=DAILY;COUNT=2\r\nEND:VTODO\r\n"
                               "BEGIN:VTODO\r\nUID:2\r\nEND:VTODO\r\n"),
                        OBJECT("BEGIN:VTODO\r\nUID:1\r\nDUE:20060102T100000Z\r\nRECURRENCE-ID:20060102T100000Z\r\nEND:VTODO\r\n"
                               "BEGIN:VTODO\r\nUID:1\r\nDUE:20060103T100000Z\r\nRECURRENCE-ID:20060103T100000Z\r\nEND:VTODO\r\n"
                               "BEGIN:VTODO\r\nUID:2\r\nEND:VTODO\r\n"));
}

static void test_calendar_data__limit_freebusy_set(void **state)
{
        (void)state;
        /* RFC 4791, 7.8.4 */
        assert_cut(RANGE("limit-freebusy-set", "20060102T000000Z", "20060103T000000Z"), rfc4791_objects[7],
                        OBJECT("BEGIN:VFREEBUSY\r\nORGANIZER;CN=\"Bernard Desruisseaux\":mailto:bernard@example.com\r\n"
                               "UID:76ef34-54a3d2@example.com\r\nDTSTAMP:20050530T123421Z\r\nDTSTART:20060101T000000Z\r\n"
                               "DTEND:20060108T000000Z\r\n"
                               "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060102T100000Z/20060102T120000Z\r\nEND:VFREEBUSY\r\n"));
        assert_cut(RANGE("limit-freebusy-set", "20060102T000000Z", "20060103T000000Z"),
                        OBJECT("BEGIN:VFREEBUSY\r\nFREEBUSY:20060101T220000Z/PT1H,20060101T230000Z/PT2H,20060103T000000Z/PT1H,\r\n"
                               " 20060102T230000Z/PT2H\r\nEND:VFREEBUSY\r\n"),
                        OBJECT("BEGIN:VFREEBUSY\r\nFREEBUSY:20060101T230000Z/PT2H,20060102T230000Z/PT2H\r\nEND:VFREEBUSY\r\n"));
        assert_cut(RANGE("limit-freebusy-set", "20060102T000000Z", "20060103T000000Z"), rfc4791_objects[0],
                        rfc4791_objects[0]);
}

static void test_calendar_data__is_bounded(void **state)
{
        (void)state;
        static const char *const rules[] = {
                "FREQ=DAILY;COUNT=100000", "FREQ=DAILY",
                "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,15,30,45"
        };
        for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(16 * 1024 * 1024);
                char text[1024];
                size_t n_left = CALENDAR_DATA_INSTANCES_MAX;
                snprintf(text, sizeof(text),
                                OBJECT("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20060102T100000Z\r\nRRULE:%s\r\nEND:VEVENT\r\n"),
                                rules[i]);
                assert_int_equal(cut_with(RANGE("expand", "20060101T000000Z", "70060103T000000Z"), text,
                                                 &n_left, &out),
                                OBJECT_EXPAND_E_MANY);
                assert_int_equal(n_left, CALENDAR_DATA_INSTANCES_MAX - CALENDAR_DATA_OBJECT_INSTANCES_MAX);
        }
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(16 * 1024 * 1024);
        size_t n_left = 1;
        assert_int_equal(cut_with(RANGE("expand", "20060101T000000Z", "20060109T000000Z"),
                                         rfc4791_objects[1], &n_left, &out),
                        OBJECT_EXPAND_E_MANY);
        /* A rule that cannot be expanded */
#define HOURLY                                                                                              \
        OBJECT("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20060102T100000Z\r\nRRULE:FREQ=HOURLY\r\nEND:VEVENT\r\n")
        assert_cut(RANGE("expand", "20060103T000000Z", "70060103T000000Z"), HOURLY, HOURLY);
        assert_cut(RANGE("limit-recurrence-set", "20060103T000000Z", "70060103T000000Z"), HOURLY, HOURLY);
        /* A rule that never gives a day */
        assert_cut(RANGE("expand", "20060103T000000Z", "70060103T000000Z"),
                        OBJECT("BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20060102T100000Z\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\nEND:VEVENT\r\n"),
                        OBJECT(""));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_calendar_data__chosen_properties),
                cmocka_unit_test(test_calendar_data__limit_recurrence_set),
                cmocka_unit_test(test_calendar_data__expand),
                cmocka_unit_test(test_calendar_data__limit_freebusy_set),
                cmocka_unit_test(test_calendar_data__is_bounded),
        };
        return cmocka_run_group_tests(tests, open_zones, close_zones);
}
