#include "base/input-error.h"
#include "base/phrase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const Phrase first[] = {
        { "is empty", "пусто" },
        { "%zu %s", "%2$s: %1$zu" },
        { NULL, NULL },
};
static const Phrase second[] = {
        { "is empty", "ничего нет" },
        { "is before %s", "раньше %s" },
        { NULL, NULL },
};
static const Phrase *const tables[] = { first, second, NULL };

static int speak(void **state)
{
        (void)state;
        phrase_speak(tables);
        return 0;
}

static int be_silent(void **state)
{
        (void)state;
        phrase_speak(NULL);
        return 0;
}

static void test_phrase__is_english_without_tables(void **state)
{
        InputError error;
        (void)state;
        assert_string_equal(phrase("is empty"), "is empty");
        input_error_set(&error, 1, "DTEND", "is before %s", "DTSTART");
        assert_string_equal(error.message, "is before DTSTART");
}

static void test_phrase__is_of_the_first_table_that_has_it(void **state)
{
        (void)state;
        assert_string_equal(phrase("is empty"), "пусто");
        assert_string_equal(phrase("is before %s"), "раньше %s");
        assert_string_equal(phrase("is nowhere"), "is nowhere");
}

static void test_input_error_set__uses_the_tables_of_phrases(void **state)
{
        InputError error;
        (void)state;
        input_error_set(&error, 1, "DTEND", "is before %s", "DTSTART");
        assert_string_equal(error.message, "раньше DTSTART");
        input_error_set(&error, 1, "DTEND", "%zu %s", (size_t)3, phrase("is empty"));
        assert_string_equal(error.message, "пусто: 3");
}

static void test_phrase__of_one_thread_precedes_that_of_the_process(void **state)
{
        static const Phrase *const here[] = { second, NULL };
        (void)state;
        phrase_speak_here(here);
        assert_string_equal(phrase("is empty"), "ничего нет");
        phrase_speak_here(NULL);
        assert_string_equal(phrase("is empty"), "пусто");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_phrase__is_english_without_tables),
                cmocka_unit_test_setup_teardown(
                                test_phrase__is_of_the_first_table_that_has_it, speak, be_silent),
                cmocka_unit_test_setup_teardown(
                                test_input_error_set__uses_the_tables_of_phrases, speak, be_silent),
                cmocka_unit_test_setup_teardown(
                                test_phrase__of_one_thread_precedes_that_of_the_process, speak, be_silent),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
