#include "cli/strings.h"

#include "access/strings.h"
#include "base/strings.h"
#include "base/text.h"
#include "letter/strings.h"
#include "meet/strings.h"
#include "store/ledger.h"
#include "usage/strings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A structure of strings, seen as an array. */
typedef struct Strings {
        const char *const *texts;
        size_t n;
} Strings;

static Strings strings_of_cli(Language language)
{
        return (Strings){ (const char *const *)cli_strings(language), sizeof(CliStrings) / sizeof(char *) };
}

static Strings strings_of_letter(Language language)
{
        return (Strings){ (const char *const *)letter_strings(language),
                sizeof(LetterStrings) / sizeof(char *) };
}

static Strings strings_of_meet(Language language)
{
        return (Strings){ (const char *const *)meet_strings(language),
                sizeof(MeetStrings) / sizeof(char *) };
}

static Strings strings_of_usage(Language language)
{
        return (Strings){ (const char *const *)usage_strings(language),
                sizeof(UsageStrings) / sizeof(char *) };
}

static Strings strings_of_access(Language language)
{
        return (Strings){ (const char *const *)access_strings(language),
                sizeof(AccessStrings) / sizeof(char *) };
}

typedef Strings StringsOf(Language language);
static StringsOf *const modules[] = { strings_of_cli, strings_of_letter, strings_of_meet, strings_of_usage,
        strings_of_access };

enum { N_MODULES = sizeof(modules) / sizeof(modules[0]), NAMES_MAX = 8, NAME_SIZE = 32 };

static void test_strings__none_is_missing(void **state)
{
        (void)state;
        for (int m = 0; m < N_MODULES; m++)
                for (int language = 0; language < LANGUAGES_N; language++) {
                        Strings strings = modules[m]((Language)language);
                        for (size_t i = 0; i < strings.n; i++)
                                if (!strings.texts[i] || !strings.texts[i][0])
                                        fail_msg("module %d, %s: string %zu is missing", m,
                                                        language_tag((Language)language), i);
                }
        for (int language = 0; language < LANGUAGES_N; language++)
                assert_non_null(text_strings((Language)language)->locale);
}

/*
 * Lists the argument names in a pattern's outermost braces. text_message() fails on a name without a value.
 */
static size_t names_of(const char *pattern, char (*ret)[NAME_SIZE])
{
        size_t n = 0;
        int depth = 0;
        for (const char *c = pattern; *c; c++) {
                if (*c == '{' && depth++ == 0) {
                        size_t len = strcspn(c + 1, ",}");
                        assert_true(len < NAME_SIZE && n < NAMES_MAX);
                        memcpy(ret[n], c + 1, len);
                        ret[n++][len] = '\0';
                }
                depth -= *c == '}';
        }
        assert_int_equal(depth, 0);
        return n;
}

static bool is_filled_by(const char *language, const char *pattern, const char (*names)[NAME_SIZE], size_t n)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        TextArgument arguments[NAMES_MAX + 1] = { 0 };
        for (size_t i = 0; i < n; i++)
                arguments[i] = (TextArgument){ names[i], NULL, 2 };
        return text_message(&out, language, pattern, arguments) == 0 && !strpbrk(buffer_text(&out), "{}#");
}

static void test_strings__patterns_have_the_same_arguments(void **state)
{
        (void)state;
        for (int m = 0; m < N_MODULES; m++) {
                Strings first = modules[m]((Language)0);
                for (int language = 0; language < LANGUAGES_N; language++) {
                        Strings other = modules[m]((Language)language);
                        const char *tag = language_tag((Language)language);
                        for (size_t i = 0; i < first.n; i++) {
                                char names[NAMES_MAX][NAME_SIZE], others[NAMES_MAX][NAME_SIZE];
                                size_t n = names_of(first.texts[i], names);
                                size_t n_others = names_of(other.texts[i], others);
                                if (!is_filled_by(tag, other.texts[i], (const char(*)[NAME_SIZE])names, n) ||
                                                !is_filled_by(language_tag((Language)0), first.texts[i],
                                                                (const char(*)[NAME_SIZE])others, n_others))
                                        fail_msg("%s: '%s' has other arguments than '%s'", tag,
                                                        other.texts[i], first.texts[i]);
                        }
                }
        }
}

static void test_strings__languages_differ(void **state)
{
        (void)state;
        Strings en = strings_of_cli(LANGUAGE_en), ru = strings_of_cli(LANGUAGE_ru);
        for (size_t i = 0; i < en.n; i++)
                if (strcmp(en.texts[i], ru.texts[i]) == 0)
                        fail_msg("'%s' is the same in both languages", en.texts[i]);
}

static void test_cli_word__of_values(void **state)
{
        (void)state;
        const CliStrings *ru = cli_strings(LANGUAGE_ru), *en = cli_strings(LANGUAGE_en);
        assert_string_equal(cli_word(ru, WORDS_STATUS, "cancelled"), "отменено");
        assert_string_equal(cli_word(en, WORDS_CLASS, "PUBLIC"), "public");
        assert_string_equal(cli_word(en, WORDS_BASIS, "PUBLIC"), "from public reports");
        assert_null(cli_word(en, WORDS_STATUS, "SPEAKER"));
}

static void test_letter_reason__is_that_of_the_store(void **state)
{
        (void)state;
        for (int reason = MAIL_REASON_NONE; reason < MAIL_N_REASONS; reason++)
                assert_string_equal(letter_reason("en", (MailReason)reason),
                                mail_reason_text((MailReason)reason));
        assert_string_equal(letter_reason("ru", MAIL_REASON_SUPPRESSED),
                        "письма на адрес контакта возвращаются");
        assert_string_equal(letter_reason("en", MAIL_N_REASONS), "a reason that this version does not know");
}

static void test_cli_strings__have_a_sentence_for_each_outcome(void **state)
{
        (void)state;
        for (int language = 0; language < LANGUAGES_N; language++)
                for (int outcome = 0; outcome < RETURNED_N_OUTCOMES; outcome++)
                        assert_non_null(cli_strings((Language)language)->reports[outcome]);
        assert_string_equal(cli_strings(LANGUAGE_ru)->reports[RETURNED_ARRIVED], "письмо дошло");
}

static void test_cli_store_error__of_conditions(void **state)
{
        (void)state;
        const CliStrings *en = cli_strings(LANGUAGE_en);
        assert_string_equal(cli_store_error(en, STORE_E_NOT_FOUND), "there is no such thing in the store");
        assert_string_equal(cli_store_error(en, 9999), "it was refused");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_strings__none_is_missing),
                cmocka_unit_test(test_strings__patterns_have_the_same_arguments),
                cmocka_unit_test(test_strings__languages_differ),
                cmocka_unit_test(test_cli_word__of_values),
                cmocka_unit_test(test_letter_reason__is_that_of_the_store),
                cmocka_unit_test(test_cli_strings__have_a_sentence_for_each_outcome),
                cmocka_unit_test(test_cli_store_error__of_conditions),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
