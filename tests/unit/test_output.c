#include "cli/output.h"

#include "cli/locale.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef void Write(FILE *stream, const char *text);

static void assert_written(Write *write, const char *text, const char *expected, int line)
{
        char *written = NULL;
        size_t len = 0;
        FILE *stream = open_memstream(&written, &len);
        assert_non_null(stream);
        write(stream, text);
        fclose(stream);
        if (strcmp(written, expected) != 0)
                print_error("row of line %d: '%s'\n", line, written);
        assert_string_equal(written, expected);
        free(written);
}

static void test_output__replaces_control_characters(void **state)
{
        (void)state;
        static const struct {
                int line;
                Write *write;
                const char *text, *expected;
        } rows[] = {
                { __LINE__, output_line, "Сессия – 東京", "Сессия – 東京\n" },
                { __LINE__, output_line, "a\nUID: b\tc", "a UID: b c\n" },
                { __LINE__, output_lines, "a\nUID: b", "a\n    UID: b\n" },
                { __LINE__, output_text, "a\nb\n", "a\nb\n" },
                { __LINE__, output_line, "\x1B[31mred\a\r\x7F", "\uFFFD[31mred\uFFFD\uFFFD\uFFFD\n" },
                { __LINE__, output_line,
                                "a\xC2\x9B"
                                "2Jb\xC2\x80",
                                "a\uFFFD2Jb\uFFFD\n" },
                { __LINE__, output_line, "a\u202Eb\u2066c\u2069\u200F\u061C",
                                "a\uFFFDb\uFFFDc\uFFFD\uFFFD\uFFFD\n" },
                { __LINE__, output_line, "a\u2028b\u2029c", "a b c\n" },
                { __LINE__, output_line, "24\u00a0июня", "24 июня\n" },
                { __LINE__, output_message, "24\u00a0июня\x1B", "24\u00a0июня\uFFFD\n" },
                { __LINE__, output_line, "a\xFF\xD0", "a\uFFFD\uFFFD\n" },
                { __LINE__, output_line, "", "\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                assert_written(rows[i].write, rows[i].text, rows[i].expected, rows[i].line);
}

static void set(const char *name, const char *value)
{
        if (value)
                setenv(name, value, 1);
        else
                unsetenv(name);
}

static void test_locale_language__takes_the_first_that_is_set(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *all, *messages, *lang;
                bool found;
                Language language;
        } rows[] = {
                { __LINE__, "ru_RU.UTF-8", "en_GB.UTF-8", "en", true, LANGUAGE_ru },
                { __LINE__, NULL, "en_GB.UTF-8", "ru_RU.UTF-8", true, LANGUAGE_en },
                { __LINE__, "", "", "ru", true, LANGUAGE_ru },
                { __LINE__, "C", NULL, "ru_RU.UTF-8", true, LANGUAGE_en },
                { __LINE__, "C.UTF-8", NULL, "ru_RU.UTF-8", true, LANGUAGE_en },
                { __LINE__, NULL, "POSIX", "ru_RU.UTF-8", true, LANGUAGE_en },
                { __LINE__, "zz_ZZ.UTF-8", NULL, "ru_RU.UTF-8", false, LANGUAGE_en },
                { __LINE__, NULL, NULL, NULL, false, LANGUAGE_en },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Language language = (Language)LANGUAGES_N;
                set("LC_ALL", rows[i].all);
                set("LC_MESSAGES", rows[i].messages);
                set("LANG", rows[i].lang);
                bool found = locale_language(&language);
                if (found != rows[i].found || (found && language != rows[i].language))
                        fail_msg("row of line %d: %d, language %d", rows[i].line, found, (int)language);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_output__replaces_control_characters),
                cmocka_unit_test(test_locale_language__takes_the_first_that_is_set),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
