#include "calendar/component-build.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//convened//convened//EN\r\n"
#define TAIL "END:VCALENDAR\r\n"

/*
 * Every line is printed as given: typed where libical prints the same, kept as text where libical would lose
 * or reorder something.
 */
static void test_component_build_line__loses_nothing(void **state)
{
        (void)state;
        static const struct {
                int line;
                BuildProperty property;
                const char *expected;
        } rows[] = {
                { __LINE__, { "SUMMARY", NULL, "a, b; c\\d \"e\"\tf\ng\r\nh", true },
                                "SUMMARY:a\\, b\\; c\\\\d \"e\"\tf\\ng\\nh\r\n" },
                { __LINE__, { "SUMMARY", ";LANGUAGE=ru", "Сессия", true },
                                "SUMMARY;LANGUAGE=ru:Сессия\r\n" },
                { __LINE__, { "SUMMARY", NULL, "", true }, "SUMMARY:\r\n" },
                { __LINE__, { "CATEGORIES", NULL, "a,b", true }, "CATEGORIES:a\\,b\r\n" },
                { __LINE__, { "CATEGORIES", NULL, "SESSION,A\\,B", false }, "CATEGORIES:SESSION,A\\,B\r\n" },
                { __LINE__, { "X-NOTE", NULL, "a, b\nc\\", true }, "X-NOTE:a\\, b\\nc\\\\\r\n" },
                { __LINE__, { "X-NOTE", ";X-ROLE=\"a; b\";CN=c", "d", false },
                                "X-NOTE;X-ROLE=\"a; b\";CN=c:d\r\n" },
                { __LINE__, { "DTSTART", ";TZID=Europe/Moscow", "20210624T090000", false },
                                "DTSTART;TZID=Europe/Moscow:20210624T090000\r\n" },
                { __LINE__, { "DTSTART", ";VALUE=DATE", "20210624", false },
                                "DTSTART;VALUE=DATE:20210624\r\n" },
                { __LINE__, { "DTSTART", ";TZID=\"A: b\"", "20210624T090000", false },
                                "DTSTART;TZID=\"A: b\":20210624T090000\r\n" },
                { __LINE__, { "DTSTAMP", NULL, "20210624T060000Z", false }, "DTSTAMP:20210624T060000Z\r\n" },
                { __LINE__, { "DTSTART", NULL, "no time", false }, "DTSTART:no time\r\n" },
                { __LINE__, { "EXDATE", NULL, "20210624T060000Z,20210625T060000Z", false },
                                "EXDATE:20210624T060000Z,20210625T060000Z\r\n" },
                { __LINE__, { "RRULE", NULL, "FREQ=WEEKLY;COUNT=3;BYDAY=MO;INTERVAL=1", false },
                                "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO;INTERVAL=1\r\n" },
                { __LINE__, { "RRULE", NULL, "FREQ=", false }, "RRULE:FREQ=\r\n" },
                { __LINE__, { "DURATION", NULL, "P1DT2H", false }, "DURATION:P1DT2H\r\n" },
                { __LINE__, { "DURATION", NULL, "P", false }, "DURATION:P\r\n" },
                { __LINE__, { "GEO", NULL, "55.75581111;37.6", false }, "GEO:55.75581111;37.6\r\n" },
                { __LINE__, { "PRIORITY", NULL, "abc", false }, "PRIORITY:abc\r\n" },
                { __LINE__, { "STATUS", NULL, "CANCELLED", false }, "STATUS:CANCELLED\r\n" },
                { __LINE__, { "FREEBUSY", ";FBTYPE=BUSY", "20210624T090000Z/PT1H", false },
                                "FREEBUSY;FBTYPE=BUSY:20210624T090000Z/PT1H\r\n" },
                { __LINE__, { "REQUEST-STATUS", NULL, "2.0;Good", false }, "REQUEST-STATUS:2.0;Good\r\n" },
                { __LINE__, { "URL", NULL, "https://example.org/?a=b;c,d", false },
                                "URL:https://example.org/?a=b;c,d\r\n" },
                { __LINE__, { "ATTENDEE", ";CN=\"A, B\";RSVP=TRUE", "mailto:a@example.org", false },
                                "ATTENDEE;CN=\"A, B\";RSVP=TRUE:mailto:a@example.org\r\n" },
                { __LINE__, { "LOCATION", ";BAD=", "x", false }, "LOCATION;BAD=:x\r\n" },
                { __LINE__, { "LOCATION", "junk", "x", false }, "LOCATIONjunk:x\r\n" },
                { __LINE__, { "X-A\r\nB", ";X=\r\n1", "b\r\nC:d\x01", false }, "X-AB;X=1:bC:d\r\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
                component_build_line(&rows[i].property, &out);
                assert_int_equal(buffer_error(&out), 0);
                if (strcmp(buffer_text(&out), rows[i].expected) != 0)
                        fail_msg("row of line %d: %s", rows[i].line, buffer_text(&out));
        }
}

/* libical folds after a blank and before a combining mark. */
static void test_component_build_line__folds_at_75_octets(void **state)
{
        (void)state;
        char text[200];
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
        memset(text, 'x', sizeof(text));
        memcpy(text + 20, " ; ", 3);
        memcpy(text + 66, "e\xCC\x81", 3); /* with the name and two escapes, it crosses octet 75 */
        text[150] = '\0';
        component_build_line(&(BuildProperty){ "SUMMARY", NULL, text, true }, &out);
        const char *second = strstr(buffer_text(&out), "\r\n ");
        assert_non_null(second);
        assert_true(second - out.data <= 75 && second - out.data >= 73);
        assert_true((second[3] & 0xC0) != 0x80 && memcmp(second + 3, "\xCC\x81", 2) != 0);
}

static void test_component_build__nests(void **state)
{
        (void)state;
        CLEANUP(component_build_freep) ComponentBuild *build = component_build_new();
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
        assert_non_null(build);
        component_build_add_value(build, "METHOD", "REQUEST");
        component_build_print_open(build, &out);
        assert_string_equal(buffer_text(&out), HEAD "METHOD:REQUEST\r\n");
        component_build_begin(build, "VEVENT");
        component_build_add_value(build, "UID", "a");
        component_build_add_time(build, "DTSTAMP", 1624438770 * USEC_PER_SEC);
        component_build_begin(build, "VALARM");
        component_build_add_value(build, "TRIGGER", "-PT15M");
        component_build_end(build);
        component_build_end(build);
        component_build_begin(build, "VFREEBUSY");
        component_build_add_text(build, "COMMENT", "b, c");
        component_build_end(build);
        component_build_end(build); /* the root stays open */
        buffer_reset(&out);
        component_build_print(build, &out);
        assert_string_equal(buffer_text(&out),
                        HEAD "METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20210623T085930Z\r\n"
                             "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\n"
                             "BEGIN:VFREEBUSY\r\nCOMMENT:b\\, c\r\nEND:VFREEBUSY\r\n" TAIL);
}

static void test_component_build__errors_stick(void **state)
{
        (void)state;
        CLEANUP(component_build_freep) ComponentBuild *build = component_build_new();
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(64);
        component_build_add_text(build, "NAME", "a name that is too long for the sixty-four bytes");
        component_build_print(build, &out);
        assert_true(buffer_error(&out) < 0);
        component_build_print_open(build, &out);
        assert_true(buffer_error(&out) < 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_component_build_line__loses_nothing),
                cmocka_unit_test(test_component_build_line__folds_at_75_octets),
                cmocka_unit_test(test_component_build__nests),
                cmocka_unit_test(test_component_build__errors_stick),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
