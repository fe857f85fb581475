#include "base/contentline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

static void cleanup_buffer(Buffer *buffer)
{
        buffer_done(buffer);
}

/*
 * One line of text and its expected form: `NAME|group|value|PARAM=value...`, or the error as
 * `line:where:message`.
 */
typedef struct LineCase {
        int line;
        const char *text, *expected;
} LineCase;

static void describe(Buffer *out, int r, const ContentLine *line, const InputError *error)
{
        if (r == CONTENT_E_INVALID) {
                buffer_printf(out, "!%zu:%s:%s", error->line, error->where, error->message);
                return;
        }
        buffer_printf(out, "%s|%s|%s", line->name, line->group ? line->group : "", line->value);
        for (size_t i = 0; i < line->n_params; i++)
                buffer_printf(out, "|%s=%s%s", line->params[i].name, line->params[i].quoted ? "\"" : "",
                                line->params[i].value);
}

static void describe_all(const char *text, size_t len, const ContentLimits *limits, Buffer *out)
{
        CLEANUP(content_reader_freep) ContentReader *reader = content_reader_new(text, len, limits);
        assert_non_null(reader);
        ContentLine line;
        InputError error;
        int r;
        while ((r = content_reader_next(reader, &line, &error)) != CONTENT_END) {
                assert_true(r == 0 || r == CONTENT_E_INVALID);
                if (out->len > 0)
                        buffer_puts(out, "\n");
                describe(out, r, &line, &error);
        }
        assert_int_equal(content_reader_next(reader, &line, &error), CONTENT_END);
        assert_int_equal(buffer_error(out), 0);
}

static void check_cases(const LineCase *cases, size_t n_cases, const ContentLimits *limits)
{
        for (size_t i = 0; i < n_cases; i++) {
                CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(1 << 20);
                describe_all(cases[i].text, strlen(cases[i].text), limits, &out);
                if (strcmp(buffer_text(&out), cases[i].expected) != 0)
                        fail_msg("row of line %d: got\n%s\nexpected\n%s", cases[i].line, buffer_text(&out),
                                        cases[i].expected);
        }
}

#define CHECK(cases, limits) check_cases((cases), sizeof(cases) / sizeof((cases)[0]), (limits))
#define FORM                 "it is not of the form NAME:value or NAME;PARAMETER=value:value"
#define QUOTE                "a parameter's value has a quotation mark that is alone or within the value"

static void test_content_reader__cuts_lines(void **state)
{
        (void)state;
        static const LineCase cases[] = {
                { __LINE__, "", "" },
                { __LINE__, "\r\n\n", "" },
                { __LINE__, "\xEF\xBB\xBF", "" },
                { __LINE__, "\xEF\xBB\xBFSUMMARY:x", "SUMMARY||x" },
                { __LINE__, "SUMMARY:x\r\n", "SUMMARY||x" },
                { __LINE__, "summary:a:b;c,\"d\"\n\nX-Y:\n", "SUMMARY||a:b;c,\"d\"\nX-Y||" },
                { __LINE__, "SUMMARY:\tx\\n\\,", "SUMMARY||\tx\\n\\," },
                { __LINE__, "DTSTART;tzid=Europe/Moscow;Value=DATE-TIME:20210624T090000",
                                "DTSTART||20210624T090000|TZID=Europe/Moscow|VALUE=DATE-TIME" },
                { __LINE__, "X;A=:v", "X||v|A=" },
                { __LINE__, "X;A=\"b;c:d,e\":v", "X||v|A=\"b;c:d,e" },
                { __LINE__, "X;A=\"b\",c,\"d\":v", "X||v|A=\"b,c,d" },
                { __LINE__, "X;A=b=c;A=d:v", "X||v|A=b=c|A=d" },
                { __LINE__, "X;A=^^n^n^'^x^:v", "X||v|A=^n\n\"^x^" },
                { __LINE__, "X;A=\"^'a^'\":v", "X||v|A=\"\"a\"" },
                { __LINE__, "item1.tel;type=CELL:+7", "TEL|item1|+7|TYPE=CELL" },
                { __LINE__, "X-A_B:v", "X-A_B||v" },
                { __LINE__, "X:\xD0\x96\xF0\x9F\x98\x80", "X||\xD0\x96\xF0\x9F\x98\x80" },
        };
        CHECK(cases, &CONTENT_LIMITS_OBJECT);
}

static void test_content_reader__unfolds(void **state)
{
        (void)state;
        static const LineCase cases[] = {
                { __LINE__, "SUM\r\n MARY:a\r\n b\r\n  c\r\n", "SUMMARY||ab c" },
                { __LINE__, "SUMMARY:a\n\tb\nX:y", "SUMMARY||ab\nX||y" },
                { __LINE__, "SUMMARY:\xD0\r\n \x96", "SUMMARY||\xD0\x96" },
                { __LINE__, "SUMMARY:a\r\n \r\n \r\nX:y", "SUMMARY||a\nX||y" },
                { __LINE__, "X;A=\"b\r\n c\"\r\n :v", "X||v|A=\"bc" },
        };
        CHECK(cases, &CONTENT_LIMITS_OBJECT);
}

static void test_content_reader__refuses_and_goes_on(void **state)
{
        (void)state;
        static const LineCase cases[] = {
                { __LINE__, "SUMMARY\r\nX:y", "!1:SUMMARY:" FORM "\nX||y" },
                { __LINE__, ":v", "!1::" FORM },
                { __LINE__, "SUM MARY:v", "!1:SUM:" FORM },
                { __LINE__, ".X:v\na.:v\na.b.c:v", "!1::" FORM "\n!2:A:" FORM "\n!3:A:" FORM },
                { __LINE__, " X:v",
                                "!1::it begins with a blank, but there is no line before it that it could "
                                "continue" },
                { __LINE__, "X;:v", "!1:X:a parameter has no name" },
                { __LINE__, "X;A:v", "!1:X:a parameter has no value; write ;NAME=value" },
                { __LINE__, "x;a=b", "!1:X:there is no colon after the parameters" },
                { __LINE__, "X;A=\"b:v\nY:z", "!1:X:" QUOTE "\nY||z" },
                { __LINE__, "X;A=b\"c\":v", "!1:X:" QUOTE },
                { __LINE__, "X;A=\"b\"c:v", "!1:X:there is no colon after the parameters" },
                { __LINE__,
                                "X:a\x07"
                                "b",
                                "!1:X:octet 4 of the line is a control character (0x07)" },
                { __LINE__, "X:a\x7F", "!1:X:octet 4 of the line is a control character (0x7F)" },
                { __LINE__, "X:a\rY:b",
                                "!1:X:octet 4 of the line is a carriage return without a line feed" },
                { __LINE__, "X:a\r\r\n",
                                "!1:X:octet 4 of the line is a carriage return without a line feed" },
                { __LINE__, "A:b\r\nX:\xFF\r\nC:d",
                                "A||b\n!2:X:octet 3 of the line (0xFF) is not UTF-8\nC||d" },
                { __LINE__, "X:\xC0\x80", "!1:X:octet 3 of the line (0xC0) is not UTF-8" },
                { __LINE__, "X:\xED\xA0\x80", "!1:X:octet 3 of the line (0xED) is not UTF-8" },
                { __LINE__, "X:\xF4\x90\x80\x80", "!1:X:octet 3 of the line (0xF4) is not UTF-8" },
                { __LINE__, "X:abcdefghijk\xE2\x82", "!1:X:octet 14 of the line (0xE2) is not UTF-8" },
        };
        CHECK(cases, &CONTENT_LIMITS_OBJECT);
        CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(1 << 20);
        describe_all(BYTES("X:a\0b\r\nY:z"), &CONTENT_LIMITS_OBJECT, &out);
        assert_string_equal(
                        buffer_text(&out), "!1:X:octet 4 of the line is a control character (0x00)\nY||z");
}

static void test_content_reader__matches_begin_and_end(void **state)
{
        (void)state;
        static const LineCase cases[] = {
                { __LINE__, "begin:vevent\nX:y\nEnd:VEvent", "BEGIN||VEVENT\nX||y\nEND||VEVENT" },
                { __LINE__, "BEGIN:A\nBEGIN:B\nEND:A\nX:y",
                                "BEGIN||A\nBEGIN||B\n!3:END:END:A stands where END:B is needed (BEGIN:B is "
                                "in line 2)\nX||y" },
                { __LINE__, "BEGIN:A\nEND:B\nEND:A",
                                "BEGIN||A\n!2:END:END:B stands where END:A is needed (BEGIN:A is in line "
                                "1)\nEND||A" },
                { __LINE__, "END:A\nX:y", "!1:END:END:A has no BEGIN\nX||y" },
                { __LINE__, "\nBEGIN:A\nBEGIN:B\n",
                                "BEGIN||A\nBEGIN||B\n!3:BEGIN:BEGIN:B has no END:B\n!2:BEGIN:BEGIN:A has no "
                                "END:A" },
                { __LINE__, "BEGIN:\nBEGIN:A B",
                                "!1:BEGIN:\"\" is not the name of a component\n!2:BEGIN:\"A B\" is not the "
                                "name of a component" },
        };
        CHECK(cases, &CONTENT_LIMITS_OBJECT);
}

static void test_content_reader__keeps_limits(void **state)
{
        (void)state;
        static const ContentLimits limits = {
                .text_bytes = 100,
                .line_bytes = 10,
                .lines = 12,
                .params = 2,
                .depth = 1,
        };
        static const LineCase cases[] = {
                { __LINE__, "X:12345678\nX:123456789\nY:1",
                                "X||12345678\n!2:X:the line is longer than 10 octets (unfolded)\nY||1" },
                { __LINE__, "X:1234567\n 8\nX:1234567\n 89\n 1",
                                "X||12345678\n!3:X:the line is longer than 10 octets (unfolded)" },
                { __LINE__, "X;A=;B=:v\nX;A=;B=;C=:v\nY:1",
                                "X||v|A=|B=\n!2:X:the line is longer than 10 octets (unfolded)\nY||1" },
                { __LINE__, "X;A=;;A:v", "!1:X:a parameter has no name" },
                { __LINE__, "BEGIN:A\nBEGIN:B\nBEGIN:C\n\x01\nEND:C\nEND:B\nX:y\nEND:A",
                                "BEGIN||A\n!2:BEGIN:components are nested more than 1 deep; B is left "
                                "out\nX||y\nEND||A" },
                { __LINE__, "A:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nA:\nB:\nC:",
                                "A||\nA||\nA||\nA||\nA||\nA||\nA||\nA||\nA||\nA||\nA||\nA||\n!13::the text "
                                "has more than 12 lines" },
                { __LINE__,
                                "X:12345678\nX:12345678\nX:12345678\nX:12345678\nX:12345678\nX:12345678\nX:"
                                "12345678\nX:12345678\nX:12345678\nX:",
                                "!0::the text has 101 octets; at most 100 are allowed" },
        };
        CHECK(cases, &limits);
        static const ContentLimits two_params = {
                .text_bytes = 100, .line_bytes = 100, .lines = 9, .params = 2
        };
        static const LineCase params[] = {
                { __LINE__, "X;A=;B=;C=:v\nY:1", "!1:X:it has too many parameters\nY||1" },
                { __LINE__, "BEGIN:A\nEND:A\nY:1",
                                "!1:BEGIN:components are nested more than 0 deep; A is left out\nY||1" },
        };
        CHECK(params, &two_params);
}

/* 110,000 nested BEGINs give one error and no recursion. */
static void test_content_reader__survives_nesting(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer text = BUFFER_INIT(1 << 23), out = BUFFER_INIT(1 << 20);
        for (int i = 0; i < 110000; i++)
                buffer_puts(&text, "BEGIN:VCALENDAR\r\n");
        describe_all(buffer_text(&text), text.len, &CONTENT_LIMITS_FILE, &out);
        assert_true(out.len < 1000);
        assert_non_null(strstr(buffer_text(&out), "!5:BEGIN:components are nested more than 4 deep"));
}

static void test_content_reader__keeps_raw_bytes_depth_and_number(void **state)
{
        (void)state;
        static const char text[] = "\xEF\xBB\xBF"
                                   "Begin:A\r\nx:1\r\n 2\r\n\r\nBEGIN:B\nEND:B\nEND:A";
        static const struct {
                const char *raw;
                size_t number, depth;
        } expected[] = {
                { "Begin:A\r\n", 1, 0 },
                { "x:1\r\n 2\r\n", 2, 1 },
                { "BEGIN:B\n", 5, 1 },
                { "END:B\n", 6, 1 },
                { "END:A", 7, 0 },
        };
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, sizeof(text) - 1, &CONTENT_LIMITS_OBJECT);
        for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
                ContentLine line;
                InputError error;
                assert_int_equal(content_reader_next(reader, &line, &error), 0);
                assert_int_equal(line.raw_len, strlen(expected[i].raw));
                assert_memory_equal(line.raw, expected[i].raw, line.raw_len);
                assert_int_equal(line.number, expected[i].number);
                assert_int_equal(line.depth, expected[i].depth);
                assert_int_equal(line.value_len, strlen(line.value));
        }
}

static void test_content_line_param__finds_the_first(void **state)
{
        (void)state;
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(BYTES("X;a=1;B=2;A=3:v"), &CONTENT_LIMITS_OBJECT);
        ContentLine line;
        InputError error;
        assert_int_equal(content_reader_next(reader, &line, &error), 0);
        assert_string_equal(content_line_param(&line, "A"), "1");
        assert_string_equal(content_line_param(&line, "B"), "2");
        assert_null(content_line_param(&line, "C"));
}

static void test_content_unescape__decodes(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *value, *text;
        } cases[] = {
                { __LINE__, "", "" },
                { __LINE__, "a\\nb\\Nc", "a\nb\nc" },
                { __LINE__, "\\\\n\\;\\,", "\\n;," },
                { __LINE__, "\\q\\", "\\q\\" },
                { __LINE__, "a\\\\", "a\\" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(1000);
                content_unescape(&out, cases[i].value, strlen(cases[i].value));
                if (strcmp(buffer_text(&out), cases[i].text) != 0)
                        fail_msg("row of line %d: %s", cases[i].line, buffer_text(&out));
        }
}

static void test_content_escape__encodes_and_drops_controls(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(1000);
        content_escape(&out, "a;b,c\\d\r\ne\nf\rg\x01\th\x7F\"\xD0\x96");
        assert_string_equal(buffer_text(&out), "a\\;b\\,c\\\\d\\ne\\nfg\th\"\xD0\x96");
        CLEANUP(cleanup_buffer) Buffer back = BUFFER_INIT(1000);
        content_unescape(&back, out.data, out.len);
        assert_string_equal(buffer_text(&back), "a;b,c\\d\ne\nfg\th\"\xD0\x96");
}

static void check_folded(const char *folded, const char *text)
{
        CLEANUP(cleanup_buffer) Buffer unfolded = BUFFER_INIT(1 << 20);
        for (const char *at = folded; *at;) {
                const char *end = strstr(at, "\r\n");
                assert_non_null(end);
                assert_true(end - at <= 75);
                buffer_append(&unfolded, at, (size_t)(end - at));
                at = end + 2;
                if (*at == ' ')
                        at++;
                else
                        assert_int_equal(*at, '\0');
        }
        assert_string_equal(buffer_text(&unfolded), text);
}

static void test_content_fold__cuts_at_75_octets(void **state)
{
        (void)state;
        char text[400];
        for (size_t len = 0; len < sizeof(text); len++) {
                memset(text, 'x', len);
                text[len] = '\0';
                CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(10000);
                content_fold(&out, text, len);
                check_folded(buffer_text(&out), text);
                size_t breaks = len <= 75 ? 0 : (len - 75 + 73) / 74;
                assert_int_equal(out.len, len + 2 + 3 * breaks);
        }
}

/* A continuation line never begins with a combining mark, at any offset. */
static void test_content_fold__never_cuts_a_character_or_before_a_mark(void **state)
{
        (void)state;
        static const char *const clusters[] = {
                "\xD0\x96",                                     /* Ж */
                "\xD0\xB8\xCC\x86",                             /* и + breve */
                "e\xCC\x81\xCC\xA3",                            /* e + acute + dot below */
                "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7", /* woman, joiner, wrench */
                "\xE2\x9D\xA4\xEF\xB8\x8F",                     /* heart + variation selector */
                "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD",             /* thumb + skin tone */
                "\xE0\xA4\x95\xE0\xA5\x8D",                     /* ka + virama */
        };
        for (size_t i = 0; i < sizeof(clusters) / sizeof(clusters[0]); i++) {
                for (size_t shift = 0; shift < 80; shift++) {
                        CLEANUP(cleanup_buffer) Buffer text = BUFFER_INIT(10000), out = BUFFER_INIT(10000);
                        for (size_t j = 0; j < shift; j++)
                                buffer_putc(&text, 'x');
                        for (size_t j = 0; j < 40; j++)
                                buffer_puts(&text, clusters[i]);
                        content_fold(&out, text.data, text.len);
                        check_folded(buffer_text(&out), buffer_text(&text));
                        size_t len = strlen(clusters[i]);
                        for (const char *at = strstr(out.data, "\r\n "); at; at = strstr(at + 1, "\r\n "))
                                if (at[3] != 'x')
                                        assert_memory_equal(at + 3, clusters[i], len);
                }
        }
}

static void test_content_fold__goes_on_without_a_good_place(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer marks = BUFFER_INIT(10000), bytes = BUFFER_INIT(10000);
        for (int i = 0; i < 200; i++) {
                buffer_puts(&marks, "\xCC\x81");
                buffer_puts(&bytes, "\x80");
        }
        CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(10000);
        content_fold(&out, marks.data, marks.len);
        check_folded(buffer_text(&out), buffer_text(&marks));
        buffer_reset(&out);
        content_fold(&out, bytes.data, bytes.len);
        check_folded(buffer_text(&out), buffer_text(&bytes));
}

static void test_content_write__folds_name_and_value_as_one_line(void **state)
{
        (void)state;
        for (size_t shift = 0; shift < 80; shift++) {
                CLEANUP(cleanup_buffer) Buffer text = BUFFER_INIT(10000), line = BUFFER_INIT(10000);
                CLEANUP(cleanup_buffer) Buffer written = BUFFER_INIT(10000), folded = BUFFER_INIT(10000);
                for (size_t j = 0; j < shift; j++)
                        buffer_putc(&text, 'x');
                for (size_t j = 0; j < 60; j++)
                        buffer_puts(&text, "\xD0\x96");
                buffer_printf(&line, "DESCRIPTION:%s", buffer_text(&text));
                content_fold(&folded, line.data, line.len);
                content_write(&written, "DESCRIPTION", buffer_text(&text));
                assert_string_equal(buffer_text(&written), buffer_text(&folded));
        }
        CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(10000);
        content_write_text(&out, "SUMMARY", "a, b\nc");
        assert_string_equal(buffer_text(&out), "SUMMARY:a\\, b\\nc\r\n");
}

static void test_content_write__latches_a_full_buffer(void **state)
{
        (void)state;
        CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(8);
        content_write_text(&out, "SUMMARY", "a long text");
        assert_true(buffer_error(&out) < 0);
}

static void test_content_write_param__quotes_what_needs_it(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *value, *expected;
        } cases[] = {
                { __LINE__, "Europe/Moscow", ";TZID=Europe/Moscow" },
                { __LINE__, "(UTC+03:00) Moscow, St. Petersburg",
                                ";TZID=\"(UTC+03:00) Moscow, St. Petersburg\"" },
                { __LINE__, "a;b", ";TZID=\"a;b\"" },
                { __LINE__, "the \"old\" one: ^", ";TZID=\"the ^'old^' one: ^^\"" },
                { __LINE__, "two\nlines\r", ";TZID=two^nlines" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(200);
                content_write_param(&out, "TZID", cases[i].value);
                if (strcmp(buffer_text(&out), cases[i].expected) != 0)
                        fail_msg("%d: %s", cases[i].line, buffer_text(&out));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_content_reader__cuts_lines),
                cmocka_unit_test(test_content_reader__unfolds),
                cmocka_unit_test(test_content_reader__refuses_and_goes_on),
                cmocka_unit_test(test_content_reader__matches_begin_and_end),
                cmocka_unit_test(test_content_reader__keeps_limits),
                cmocka_unit_test(test_content_reader__survives_nesting),
                cmocka_unit_test(test_content_reader__keeps_raw_bytes_depth_and_number),
                cmocka_unit_test(test_content_line_param__finds_the_first),
                cmocka_unit_test(test_content_unescape__decodes),
                cmocka_unit_test(test_content_escape__encodes_and_drops_controls),
                cmocka_unit_test(test_content_fold__cuts_at_75_octets),
                cmocka_unit_test(test_content_fold__never_cuts_a_character_or_before_a_mark),
                cmocka_unit_test(test_content_fold__goes_on_without_a_good_place),
                cmocka_unit_test(test_content_write__folds_name_and_value_as_one_line),
                cmocka_unit_test(test_content_write__latches_a_full_buffer),
                cmocka_unit_test(test_content_write_param__quotes_what_needs_it),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
