#include "feed/jcal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check_text(int line, const char *expected, const char *given)
{
        if (strcmp(expected, given) != 0)
                fail_msg("row at line %d:\n  expected %s\n  got      %s", line, expected, given);
}

/* One property within a calendar, as jCal. */
static void test_jcal_write__properties(void **state)
{
        static const struct {
                int line;
                const char *given, *expected;
        } rows[] = {
                { __LINE__, "SUMMARY:a\\, b\\; c\\nd \\\\ e",
                                "[\"summary\",{},\"text\",\"a, b; c\\u000ad \\\\ e\"]" },
                { __LINE__, "SUMMARY;LANGUAGE=ru:\"</script>\" &",
                                "[\"summary\",{\"language\":\"ru\"},\"text\","
                                "\"\\\"\\u003c/script>\\\" &\"]" },
                { __LINE__, "CATEGORIES:A,b\\,c,", "[\"categories\",{},\"text\",\"A\",\"b,c\",\"\"]" },
                { __LINE__, "X-A:1\\,2;3", "[\"x-a\",{},\"unknown\",\"1\\\\,2;3\"]" },
                { __LINE__, "X-A;VALUE=text:1\\,2;3", "[\"x-a\",{},\"text\",\"1,2;3\"]" },
                { __LINE__, "X-A;VALUE=NEW:1", "[\"x-a\",{},\"unknown\",\"1\"]" },
                { __LINE__, "X-A;VALUE=BOOLEAN:True", "[\"x-a\",{},\"boolean\",true]" },
                { __LINE__, "X-A;VALUE=BOOLEAN:yes", "[\"x-a\",{},\"unknown\",\"yes\"]" },
                { __LINE__, "X-A;P=a,b;Q=\"c,d\":e",
                                "[\"x-a\",{\"p\":[\"a\",\"b\"],\"q\":\"c,d\"},\"unknown\",\"e\"]" },
                { __LINE__, "X-A;VALUE=INTEGER:1,-2,+03", "[\"x-a\",{},\"integer\",1,-2,3]" },
                { __LINE__, "X-A;VALUE=FLOAT:1.50,-0.25", "[\"x-a\",{},\"float\",1.50,-0.25]" },
                { __LINE__, "X-A;VALUE=FLOAT:1.", "[\"x-a\",{},\"unknown\",\"1.\"]" },
                { __LINE__, "X-A;VALUE=FLOAT:.5", "[\"x-a\",{},\"unknown\",\".5\"]" },
                { __LINE__, "X-A;VALUE=TIME:083000Z,090000",
                                "[\"x-a\",{},\"time\",\"08:30:00Z\",\"09:00:00\"]" },
                { __LINE__, "PRIORITY:05", "[\"priority\",{},\"integer\",5]" },
                { __LINE__, "PRIORITY:0", "[\"priority\",{},\"integer\",0]" },
                { __LINE__, "PRIORITY:high", "[\"priority\",{},\"unknown\",\"high\"]" },
                { __LINE__, "PRIORITY:", "[\"priority\",{},\"unknown\",\"\"]" },
                { __LINE__, "GEO:37.386013;-122.08", "[\"geo\",{},\"float\",[37.386013,-122.08]]" },
                { __LINE__, "GEO:37.4", "[\"geo\",{},\"unknown\",\"37.4\"]" },
                { __LINE__, "DTSTART:20110517T120000Z",
                                "[\"dtstart\",{},\"date-time\",\"2011-05-17T12:00:00Z\"]" },
                { __LINE__, "DTSTART;TZID=Europe/Moscow:20110517T120000",
                                "[\"dtstart\",{\"tzid\":\"Europe/"
                                "Moscow\"},\"date-time\",\"2011-05-17T12:00:00\"]" },
                { __LINE__, "DTSTART;VALUE=DATE:20110517", "[\"dtstart\",{},\"date\",\"2011-05-17\"]" },
                { __LINE__, "DTSTART:20110517", "[\"dtstart\",{},\"unknown\",\"20110517\"]" },
                { __LINE__, "EXDATE;VALUE=DATE:20110517,20110518",
                                "[\"exdate\",{},\"date\",\"2011-05-17\",\"2011-05-18\"]" },
                { __LINE__, "RDATE;VALUE=PERIOD:20110517T120000Z/PT1H,20110518T120000Z/20110518T130000Z",
                                "[\"rdate\",{},\"period\",[\"2011-05-17T12:00:00Z\",\"PT1H\"],"
                                "[\"2011-05-18T12:00:00Z\",\"2011-05-18T13:00:00Z\"]]" },
                { __LINE__, "RRULE:FREQ=YEARLY;COUNT=5;BYDAY=-1SU,2MO;BYMONTH=10",
                                "[\"rrule\",{},\"recur\",{\"freq\":\"YEARLY\",\"count\":5,"
                                "\"byday\":[\"-1SU\",\"2MO\"],\"bymonth\":10}]" },
                { __LINE__, "RRULE:FREQ=DAILY;UNTIL=20110517T120000Z",
                                "[\"rrule\",{},\"recur\",{\"freq\":\"DAILY\",\"until\":\"2011-05-17T12:00:"
                                "00Z\"}]" },
                { __LINE__, "RRULE:FREQ=DAILY;UNTIL=20110517",
                                "[\"rrule\",{},\"recur\",{\"freq\":\"DAILY\",\"until\":\"2011-05-17\"}]" },
                { __LINE__, "RRULE:FREQ", "[\"rrule\",{},\"unknown\",\"FREQ\"]" },
                { __LINE__, "RRULE:", "[\"rrule\",{},\"unknown\",\"\"]" },
                { __LINE__, "TZOFFSETTO:+0300", "[\"tzoffsetto\",{},\"utc-offset\",\"+03:00\"]" },
                { __LINE__, "TZOFFSETTO:-033017", "[\"tzoffsetto\",{},\"utc-offset\",\"-03:30:17\"]" },
                { __LINE__, "REQUEST-STATUS:2.0;Suc\\;cess;x",
                                "[\"request-status\",{},\"text\",[\"2.0\",\"Suc;cess\",\"x\"]]" },
                { __LINE__, "URL:https://example.org/?a;b,c",
                                "[\"url\",{},\"uri\",\"https://example.org/?a;b,c\"]" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                CLEANUP(buffer_done)
                Buffer text = BUFFER_INIT(4096), out = BUFFER_INIT(4096), full = BUFFER_INIT(4096);
                buffer_printf(&text, "BEGIN:VCALENDAR\r\n%s\r\nEND:VCALENDAR\r\n", rows[i].given);
                buffer_printf(&full, "[\"vcalendar\",[%s],[]]\n", rows[i].expected);
                assert_int_equal(jcal_write(buffer_text(&text), text.len, &out), 0);
                check_text(rows[i].line, buffer_text(&full), buffer_text(&out));
        }
}

static void test_jcal_write__components(void **state)
{
        static const char text[] =
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:a\r\nBEGIN:STANDARD\r\n"
                        "TZNAME:b\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
                        "BEGIN:VEVENT\r\nUID:c\r\nPRIORITY:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        (void)state;
        assert_int_equal(jcal_write(text, strlen(text), &out), 0);
        assert_string_equal(buffer_text(&out),
                        "[\"vcalendar\",[[\"version\",{},\"text\",\"2.0\"]],[\n"
                        "[\"vtimezone\",[[\"tzid\",{},\"text\",\"a\"]],[\n"
                        "[\"standard\",[[\"tzname\",{},\"text\",\"b\"]],[]],\n[\"daylight\",[],[]]]],\n"
                        "[\"vevent\",[[\"uid\",{},\"text\",\"c\"],[\"priority\",{},\"integer\",1]],[]]]]\n");
}

static void test_jcal_write__refuses_other_texts(void **state)
{
        static const char *const texts[] = {
                "",
                "VERSION:2.0\r\n",
                "BEGIN:VCALENDAR\r\n",
                "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nX-LATE:1\r\nEND:VCALENDAR\r\n",
        };
        (void)state;
        for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                buffer_puts(&out, "kept");
                assert_int_equal(jcal_write(texts[i], strlen(texts[i]), &out), -EBADMSG);
                assert_string_equal(buffer_text(&out), "kept");
        }
}

static void test_jcal_write__reports_a_full_buffer(void **state)
{
        static const char text[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(20);
        (void)state;
        assert_int_equal(jcal_write(text, strlen(text), &out), -EFBIG);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_jcal_write__properties),
                cmocka_unit_test(test_jcal_write__components),
                cmocka_unit_test(test_jcal_write__refuses_other_texts),
                cmocka_unit_test(test_jcal_write__reports_a_full_buffer),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
