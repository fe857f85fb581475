#include "mail/flowed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NINE    "123456789 "
#define LINE    NINE NINE NINE NINE NINE NINE NINE
#define RUSSIAN "слово сло " /* ten columns */
#define LONG                                                                                                \
        "https://calendar.example.org/event/"                                                               \
        "0123456789012345678901234567890123456789012345678901234567890123456789"

static void test_flowed_append__breaks_behind_blanks(void **state)
{
        static const struct {
                const char *text, *flowed;
                int line;
        } rows[] = {
                { "", "", __LINE__ },
                { "\n", "\n", __LINE__ },
                { "one\n\ntwo", "one\n\ntwo", __LINE__ },
                { "blanks  \n  \nend ", "blanks\n\nend", __LINE__ },
                { LINE "12\n", LINE "12\n", __LINE__ },
                { LINE "123\n", LINE "\n123\n", __LINE__ },
                { LINE LINE "xyz", LINE "\n" LINE "\nxyz", __LINE__ },
                { RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN "12",
                                RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN "12", __LINE__ },
                { RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN "123",
                                RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN RUSSIAN "\n123", __LINE__ },
                { LONG, LONG, __LINE__ },
                { "See " LONG " there", "See \n" LONG " \nthere", __LINE__ },
                { "-- \nThe office", "-- \nThe office", __LINE__ },
                { "-- " LONG, "-- " LONG, __LINE__ },
                { " a\n>b\nFrom c\nFromage", "  a\n >b\n From c\nFromage", __LINE__ },
                { LINE "From 9012", LINE "\n From 9012", __LINE__ },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                flowed_append(&out, rows[i].text);
                if (strcmp(buffer_text(&out), rows[i].flowed) != 0)
                        fail_msg("line %d: %s", rows[i].line, buffer_text(&out));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_flowed_append__breaks_behind_blanks),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
