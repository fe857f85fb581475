/* Tests what a reader sees of private components: their times, and nothing that has text. */

#include "calendar/object-mask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CALENDAR(lines) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n" lines "END:VCALENDAR\r\n"
#define EVENT(lines)    "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20300101T100000Z\r\n" lines "END:VEVENT\r\n"
#define OVERRIDE        "RECURRENCE-ID:20300102T100000Z\r\n"

static void test_object_mask(void **state)
{
        static const struct {
                int line;
                const char *text, *masked; /* NULL: nothing is private */
        } cases[] = {
                { __LINE__, CALENDAR(EVENT("SUMMARY:s\r\n")), NULL },
                { __LINE__, CALENDAR(EVENT("SUMMARY:s\r\nCLASS:public\r\n")), NULL },
                { __LINE__, CALENDAR(EVENT("SUMMARY:s\r\nCLASS:PRIVATE\r\n")),
                                CALENDAR(EVENT("CLASS:PRIVATE\r\n")) },
                { __LINE__, CALENDAR(EVENT("SUMMARY:s\r\nclass:confidential\r\n")),
                                CALENDAR(EVENT("CLASS:confidential\r\n")) },
                /* An unknown class is PRIVATE (RFC 5545, 3.8.1.3), and a fold may cut a name (3.1). */
                { __LINE__, CALENDAR(EVENT("SUMMARY:s\r\nCL\r\n ASS:X-BOARD\r\n")),
                                CALENDAR(EVENT("CLASS:X-BOARD\r\n")) },
                /* Properties and parameters that are not known may have text. */
                { __LINE__,
                                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:s\r\n" EVENT(
                                                "CLASS:PRIVATE\r\nRDATE;VALUE=DATE;X-S=s:20300105\r\nX-S:s\r\n"
                                                "BEGIN:VALARM\r\nDESCRIPTION:s\r\nEND:VALARM\r\n") "END:VCALENDAR\r\n",
                                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" EVENT(
                                                "CLASS:PRIVATE\r\nRDATE;VALUE=DATE:20300105\r\n") "END:VCALENDAR\r\n" },
                /* One private day of a public series, and a public day of a private one. */
                { __LINE__,
                                CALENDAR(EVENT("SUMMARY:s\r\n") EVENT(
                                                OVERRIDE "SUMMARY:t\r\nCLASS:PRIVATE\r\n")),
                                CALENDAR(EVENT("SUMMARY:s\r\n") EVENT(OVERRIDE "CLASS:PRIVATE\r\n")) },
                { __LINE__,
                                CALENDAR(EVENT(OVERRIDE "SUMMARY:t\r\nCLASS:PUBLIC\r\n")
                                                                EVENT("SUMMARY:s\r\nCLASS:PRIVATE\r\n")),
                                CALENDAR(EVENT(OVERRIDE "CLASS:PUBLIC\r\n") EVENT("CLASS:PRIVATE\r\n")) },
                { __LINE__,
                                CALENDAR("BEGIN:VTIMEZONE\r\nTZID:z\r\nCOMMENT:s\r\nBEGIN:STANDARD\r\n"
                                         "TZOFFSETTO:+0300\r\nCOMMENT:s\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
                                         "BEGIN:VTODO\r\nUID:t\r\nSUMMARY:s\r\nDUE;TZID=z:20300101T100000\r\n"
                                         "CLASS:PRIVATE\r\nEND:VTODO\r\n"),
                                CALENDAR("BEGIN:VTIMEZONE\r\nTZID:z\r\nBEGIN:STANDARD\r\n"
                                         "TZOFFSETTO:+0300\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
                                         "BEGIN:VTODO\r\nUID:t\r\nDUE;TZID=z:20300101T100000\r\n"
                                         "CLASS:PRIVATE\r\nEND:VTODO\r\n") },
                /* An X- component tells of the event beside it. */
                { __LINE__, CALENDAR(EVENT("SUMMARY:s\r\n") "BEGIN:X-NOTES\r\nSUMMARY:s\r\nEND:X-NOTES\r\n"),
                                NULL },
                { __LINE__, CALENDAR(EVENT("CLASS:PRIVATE\r\nSUMMARY:s\r\n") "BEGIN:X-NOTES\r\nSUMMARY:s\r\nEND:X-NOTES\r\n"),
                                CALENDAR(EVENT("CLASS:PRIVATE\r\n")) },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(OBJECT_MASK_MAX_BYTES);
                assert_int_equal(object_mask(cases[i].text, strlen(cases[i].text), &out), 0);
                if (strcmp(out.len ? buffer_text(&out) : "", cases[i].masked ? cases[i].masked : "") != 0)
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&out));
        }
}

static void test_object_mask__rejects_what_is_no_calendar(void **state)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(OBJECT_MASK_MAX_BYTES);
        (void)state;
        assert_int_equal(object_mask("BEGIN:VCARD\r\nEND:VCARD\r\n", 24, &out), OBJECT_TREE_E_INVALID);
        assert_int_equal(out.len, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_object_mask),
                cmocka_unit_test(test_object_mask__rejects_what_is_no_calendar),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
