/* Names that resemble a mistyped one. */

#include "cli/suggest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = { "import", "export", "list", "show", "subscribe", "unsubscribe", NULL };

static const char *name_at(size_t index, const void *userdata)
{
        (void)userdata;
        return names[index];
}

static void the_nearest_name_is_found(void **state)
{
        (void)state;
        static const struct {
                const char *word, *name;
        } cases[] = {
                { "lst", "list" },           /* one left out */
                { "showw", "show" },         /* one added */
                { "inport", "import" },      /* one replaced */
                { "exprot", "export" },      /* two swapped */
                { "SHOW", "show" },          /* case */
                { "subscibe", "subscribe" }, /* nearer than unsubscribe */
                { "unsubcribe", "unsubscribe" },
                { "deliver", NULL },
                { "x", NULL },
                { "", NULL },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                const char *found = suggest_name(cases[i].word, name_at, NULL);
                assert_true(!found == !cases[i].name && (!found || strcmp(found, cases[i].name) == 0));
        }
}

static void a_long_word_resembles_no_name(void **state)
{
        (void)state;
        char word[1000];
        memset(word, 'a', sizeof(word) - 1);
        word[sizeof(word) - 1] = '\0';
        assert_null(suggest_name(word, name_at, NULL));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_nearest_name_is_found),
                cmocka_unit_test(a_long_word_resembles_no_name),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
