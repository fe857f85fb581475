#include "base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_BYTES = 64 };

static void test_log_hide_addresses__hides_addresses_in_replies(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                const char *hidden;
        } rows[] = {
                { __LINE__, "250 2.0.0 Ok", "250 2.0.0 Ok" },
                { __LINE__, "", "" },
                { __LINE__, "550 <v.i@mail.example.org>: unknown", "550 <***>: unknown" },
                { __LINE__, "to=a+b@x.example, from=c@y", "***, ***" },
                { __LINE__, "имя@пример.рф нет", "*** нет" },
                { __LINE__, "one @ two, @three, four@", "one @ two, @three, four@" },
                { __LINE__, "a@b@c", "***@c" },
                { __LINE__, "(\"odd name\"@example.org)", "(\"odd ***)" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                char hidden[TEXT_BYTES];
                log_hide_addresses(rows[i].text, hidden, sizeof(hidden));
                if (strcmp(hidden, rows[i].hidden) != 0)
                        fail_msg("line %d: %s", rows[i].line, hidden);
        }
}

static void test_log_hide_addresses__what_does_not_fit(void **state)
{
        (void)state;
        char text[TEXT_BYTES * 4], hidden[TEXT_BYTES];
        for (size_t len = 0; len < sizeof(text); len++) {
                memset(text, 'x', len);
                text[len] = '\0';
                log_hide_addresses(text, hidden, sizeof(hidden));
                assert_true(strlen(hidden) <= len && strlen(hidden) < sizeof(hidden));
                assert_memory_equal(hidden, text, strlen(hidden));
                if (len < sizeof(hidden) / 2)
                        assert_int_equal(strlen(hidden), len);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_log_hide_addresses__hides_addresses_in_replies),
                cmocka_unit_test(test_log_hide_addresses__what_does_not_fit),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
