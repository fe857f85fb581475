#include "base/language.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_language_find__reads_tags_and_locales(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *tag;
                int r;
                Language language;
        } rows[] = {
                { __LINE__, "ru", 0, LANGUAGE_ru },
                { __LINE__, "RU-ru", 0, LANGUAGE_ru },
                { __LINE__, "en_GB.UTF-8", 0, LANGUAGE_en },
                { __LINE__, "en@euro", 0, LANGUAGE_en },
                { __LINE__, "eng", -ENOENT, 0 },
                { __LINE__, "C", -ENOENT, 0 },
                { __LINE__, "", -ENOENT, 0 },
                { __LINE__, NULL, -ENOENT, 0 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                Language language = (Language)LANGUAGES_N;
                int r = language_find(rows[i].tag, &language);
                if (r != rows[i].r || (r == 0 && language != rows[i].language))
                        fail_msg("row of line %d: %d, language %d", rows[i].line, r, (int)language);
        }
        assert_int_equal(language_of("xx-unknown"), LANGUAGE_en);
        assert_string_equal(language_tag(LANGUAGE_ru), "ru");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_language_find__reads_tags_and_locales),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
