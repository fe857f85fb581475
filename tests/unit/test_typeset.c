/* Tests the quotation marks and dashes of printed texts. */

#include "base/typeset.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct Case {
        int line;
        const char *language;
        int depth;
        const char *text, *expected;
} cases[] = {
        { __LINE__, "ru", 0, "", "" },
        { __LINE__, "ru", 0, "Сессия «Кластеры»", "Сессия «Кластеры»" },
        { __LINE__, "ru", 0, "«ДИП «Мастер» и «КАМАЗ»» - да", "«ДИП „Мастер“ и „КАМАЗ“» — да" },
        { __LINE__, "ru", 0, "«а „б“ в»", "«а „б“ в»" },
        { __LINE__, "ru", 0, "конец» и «начало", "конец» и «начало" },
        { __LINE__, "ru", 0, "\"Мастер\"", "\"Мастер\"" },
        { __LINE__, "ru", 1, "Форум «Мастер»", "Форум „Мастер“" },
        { __LINE__, "ru", 1, "Форум \"Мастер\", \"Дело\"", "Форум „Мастер“, „Дело“" },
        { __LINE__, "ru", 1, "«А «Б»»", "„А „Б““" },
        { __LINE__, "ru", 0, "темы:\n - первая\n- вторая - главная",
                        "темы:\n - первая\n- вторая — главная" },
        { __LINE__, "ru", 0, "онлайн-встреча 10-12 мая", "онлайн-встреча 10-12 мая" },
        { __LINE__, "ru", 0, " - ", " - " },
        { __LINE__, "ru", 0, "“Open” и „лапки“", "“Open” и „лапки“" },
        { __LINE__, "en", 0, "“the “Master” park” - yes", "“the ‘Master’ park” – yes" },
        { __LINE__, "en", 1, "the \"Master\" park", "the ‘Master’ park" },
        { __LINE__, "en", 0, "«Мастер»", "«Мастер»" },
};

static void test_typeset__uses_the_marks_of_the_language(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
                const struct Case *c = &cases[i];
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                assert_int_equal(typeset(&out, c->language, c->text, c->depth), 0);
                if (strcmp(buffer_text(&out), c->expected) != 0)
                        fail_msg("line %d: '%s' instead of '%s'", c->line, buffer_text(&out), c->expected);
        }
}

static void test_typeset__reports_a_full_buffer(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4);
        assert_true(typeset(&out, "ru", "Сессия", 0) < 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_typeset__uses_the_marks_of_the_language),
                cmocka_unit_test(test_typeset__reports_a_full_buffer),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
