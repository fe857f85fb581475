#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_json_string__escapes_what_ends_a_string_or_an_element(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        static const struct {
                int line;
                const char *text, *expected;
        } rows[] = {
                { __LINE__, NULL, "null" },
                { __LINE__, "", "\"\"" },
                { __LINE__, "Сессия «А» & Б", "\"Сессия «А» & Б\"" },
                { __LINE__, "a\"b\\c", "\"a\\\"b\\\\c\"" },
                { __LINE__, "a\nb\tc\x7f", "\"a\\u000ab\\u0009c\\u007f\"" },
                { __LINE__, "\u202a\u202e\u2066\u2069\u2026", "\"\\u202a\\u202e\\u2066\\u2069\u2026\"" },
                { __LINE__, "\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\"\\u0080\\u009b\\u009f\xc2\xa0\"" },
                { __LINE__, "\u061c\u200d\u200e\u200f\u2028\u2029\u2030",
                                "\"\\u061c\u200d\\u200e\\u200f\\u2028\\u2029\u2030\"" },
                { __LINE__, "\u0100\u0800\uffff\U0001f600", "\"\u0100\u0800\uffff\U0001f600\"" },
                { __LINE__, "</script><!--", "\"\\u003c/script>\\u003c!--\"" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                json_string(&out, rows[i].text);
                if (strcmp(buffer_text(&out), rows[i].expected) != 0)
                        print_error("row of line %d\n", rows[i].line);
                assert_string_equal(buffer_text(&out), rows[i].expected);
                buffer_reset(&out);
        }
}

static void test_json_string_of__writes_only_the_given_length(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        json_string_of(&out, "ab\u202a", 4);
        assert_string_equal(buffer_text(&out), "\"ab\xe2\x80\"");
}

static void test_json_member__puts_commas_between(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        buffer_puts(&out, "{");
        json_member(&out, "a", "1");
        json_member(&out, "b", NULL);
        buffer_puts(&out, "}");
        assert_string_equal(buffer_text(&out), "{\"a\": \"1\", \"b\": null}");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_json_string__escapes_what_ends_a_string_or_an_element),
                cmocka_unit_test(test_json_string_of__writes_only_the_given_length),
                cmocka_unit_test(test_json_member__puts_commas_between),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
