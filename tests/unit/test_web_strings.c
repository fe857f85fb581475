/*
 * Tests the strings of the pages: every language has all strings, and its patterns take the same arguments.
 */

#include "base/text.h"
#include "web/strings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { FIELDS = sizeof(WebStrings) / sizeof(const char *), ARGUMENTS_BYTES = 256 };

static const char *field(Language language, size_t index)
{
        return web_word(web_strings(language), index * sizeof(const char *));
}

static void test_web_strings__are_complete_and_plain(void **state)
{
        (void)state;
        for (Language language = 0; language < LANGUAGES_N; language++)
                for (size_t i = 0; i < FIELDS; i++) {
                        const char *text = field(language, i);
                        if (!text || !*text || strpbrk(text, "&<>\"") || strspn(text, " \n"))
                                fail_msg("%s: field %zu is '%s'", language_tag(language), i,
                                                text ? text : "(none)");
                }
}

/* Lists the names in the outermost braces, each once, in alphabetical order. */
static void list_arguments(const char *pattern, char ret[static ARGUMENTS_BYTES])
{
        static const char *const known[] = { "about", "clock", "date", "host", "day", "kind", "n", "rule",
                "until" };
        int depth = 0;
        ret[0] = '\0';
        for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
                for (const char *c = pattern; *c; c++) {
                        size_t len = strlen(known[i]);
                        depth += *c == '{';
                        depth -= *c == '}';
                        if (*c == '{' && depth == 1 && strncmp(c + 1, known[i], len) == 0 &&
                                        strchr(",}", c[1 + len]) && !strstr(ret, known[i])) {
                                strcat(ret, known[i]);
                                strcat(ret, " ");
                        }
                }
}

static void test_web_strings__patterns_take_the_same_arguments(void **state)
{
        (void)state;
        const TextArgument arguments[] = { { "n", NULL, 5 }, { "clock", "10:00", 0 }, { "kind", "x", 0 },
                { "about", "x", 0 }, { "rule", "x", 0 }, { "day", "x", 0 }, { "host", "x", 0 },
                { "date", "x", 0 }, { "until", "x", 0 }, { NULL, NULL, 0 } };
        size_t n_patterns = 0;
        for (size_t i = 0; i < FIELDS; i++) {
                char expected[ARGUMENTS_BYTES], found[ARGUMENTS_BYTES];
                list_arguments(field(0, i), expected);
                n_patterns += *expected != '\0';
                for (Language language = 0; language < LANGUAGES_N; language++) {
                        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                        list_arguments(field(language, i), found);
                        if (strcmp(found, expected) != 0)
                                fail_msg("'%s' takes '%s', not '%s'", field(language, i), found, expected);
                        if (text_message(&out, language_tag(language), field(language, i), arguments) != 0 ||
                                        strpbrk(buffer_text(&out), "{}"))
                                fail_msg("'%s' gives '%s'", field(language, i), buffer_text(&out));
                }
        }
        assert_true(n_patterns >= 9);
}

static void test_web_word__finds_its_field(void **state)
{
        (void)state;
        const WebStrings strings = { .busy = "one", .lead_clock = "two" };
        assert_string_equal(web_word(&strings, WEB_WORD(busy)), "one");
        assert_string_equal(web_word(&strings, WEB_WORD(lead_clock)), "two");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_web_strings__are_complete_and_plain),
                cmocka_unit_test(test_web_strings__patterns_take_the_same_arguments),
                cmocka_unit_test(test_web_word__finds_its_field),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
