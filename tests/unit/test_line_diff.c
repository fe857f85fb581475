/* Tests the comparison of two objects by their content lines. */

#include "base/buffer.h"
#include "base/line-diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define EVENT(lines) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:e\r\n" lines "END:VEVENT\r\n"
#define END          "END:VCALENDAR\r\n"

static const struct {
        int line;
        const char *old, *new, *expected;
} cases[] = {
        { __LINE__, EVENT("") END, EVENT("") END, "" },
        { __LINE__, EVENT("SUMMARY:A\r\n") END, EVENT("SUMMARY:B\r\n") END,
                        "- VEVENT SUMMARY:A\n+ VEVENT SUMMARY:B\n" },
        { __LINE__, EVENT("LOCATION:L\r\nSUMMARY:A\r\n") END, EVENT("SUMMARY:A\r\nLOCATION:L\r\n") END, "" },
        { __LINE__, EVENT("SUMMARY:long l\r\n ine\r\n") END, EVENT("SUMMARY:long line\r\n") END, "" },
        { __LINE__, EVENT("COMMENT:x\r\nCOMMENT:x\r\n") END, EVENT("COMMENT:x\r\n") END,
                        "- VEVENT COMMENT:x\n" },
        { __LINE__, EVENT("SUMMARY:A\r\nX-A:1\r\n") END, EVENT("SUMMARY:B\r\nX-A:2\r\n") END,
                        "- VEVENT SUMMARY:A\n+ VEVENT SUMMARY:B\n- VEVENT X-A:1\n+ VEVENT X-A:2\n" },
        { __LINE__, EVENT("") END, EVENT("BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\n") END,
                        "+ VEVENT/VALARM ACTION:DISPLAY\n" },
        { __LINE__, "BEGIN:VCARD\r\nFN:A\r\nEND:VCARD\r\n", "BEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\n",
                        "- VCARD FN:A\n+ VCARD FN:B\n" },
        { __LINE__, "", "BEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\n", "+ VCARD FN:B\n" },
};

static int on_line(const LineDifference *difference, void *userdata)
{
        buffer_printf(userdata, "%c %s %s\n", difference->sign, difference->component, difference->line);
        return 0;
}

static void test_line_diff__cases(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                assert_int_equal(line_diff(cases[i].old, strlen(cases[i].old), cases[i].new,
                                                 strlen(cases[i].new), on_line, &out),
                                0);
                if (strcmp(buffer_text(&out), cases[i].expected) != 0)
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&out));
        }
}

static void test_line_diff__occurrences_are_told_apart(void **state)
{
        static const char old[] = EVENT("SUMMARY:A\r\n") "BEGIN:VEVENT\r\nSUMMARY:A\r\nEND:VEVENT\r\n" END;
        static const char new[] = EVENT("SUMMARY:A\r\n") "BEGIN:VEVENT\r\nSUMMARY:B\r\nEND:VEVENT\r\n" END;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        (void)state;
        assert_int_equal(line_diff(old, strlen(old), new, strlen(new), on_line, &out), 0);
        assert_string_equal(buffer_text(&out), "- VEVENT 2 SUMMARY:A\n+ VEVENT 2 SUMMARY:B\n");
}

static int stop(const LineDifference *difference, void *userdata)
{
        (void)difference, (void)userdata;
        return 7;
}

static void test_line_diff__a_callback_ends_it(void **state)
{
        (void)state;
        assert_int_equal(line_diff("X:1\r\n", 5, "X:2\r\n", 5, stop, NULL), 7);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_line_diff__cases),
                cmocka_unit_test(test_line_diff__occurrences_are_told_apart),
                cmocka_unit_test(test_line_diff__a_callback_ends_it),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
