/* Tests sync tokens. A token is a URI (RFC 6578, 4). */

#include "dav/sync-token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void test_sync_token(void **state)
{
        static const struct {
                int line;
                const char *text;
                int64_t newest, change, beginning; /* -1: not valid */
        } cases[] = {
                { __LINE__, "data:,Ab-_9/17", 17, 17, 17 },
                { __LINE__, "data:,Ab-_9/17", 18, 17, 17 },
                { __LINE__, "data:,Ab-_9/0", 18, 0, 0 },
                { __LINE__, "data:,Ab-_9/9223372036854775807", INT64_MAX, INT64_MAX, INT64_MAX },
                { __LINE__, "data:,Ab-_9/17", 16, -1, -1 },
                { __LINE__, "data:,Ab-_9/5/17", 17, 5, 17 },
                { __LINE__, "data:,Ab-_9/0/17", 18, 0, 17 },
                { __LINE__, "data:,Ab-_9/5/17", 16, -1, -1 },
                { __LINE__, "data:,Ab-_9/5/05", 17, -1, -1 },
                { __LINE__, "data:,Ab-_9/5/5", 17, -1, -1 },
                { __LINE__, "data:,Ab-_9/5/4", 17, -1, -1 },
                { __LINE__, "data:,Ab-_9/5/", 17, -1, -1 },
                { __LINE__, "data:,Ab-_9/5/-1", 17, -1, -1 },
                { __LINE__, "data:,Ab-_9/-5/17", 17, -1, -1 },
                { __LINE__, "data:,Ab-_9/5/17/18", 19, -1, -1 },
                { __LINE__, "data:,Ab-_9/9223372036854775808", INT64_MAX, -1, -1 },
                { __LINE__, "data:,Ab-_8/17", 18, -1, -1 },
                { __LINE__, "data:,Ab-_9/", 18, -1, -1 },
                { __LINE__, "data:,Ab-_9/-1", 18, -1, -1 },
                { __LINE__, "data:,Ab-_9/+1", 18, -1, -1 },
                { __LINE__, "data:,Ab-_9/01", 18, -1, -1 },
                { __LINE__, "data:,Ab-_9/1x", 18, -1, -1 },
                { __LINE__, "data:,Ab-_9/ 1", 18, -1, -1 },
                { __LINE__, "data:,Ab-_9", 18, -1, -1 },
                { __LINE__, "17", 18, -1, -1 },
                { __LINE__, "", 18, -1, -1 },
                { __LINE__, "/", 18, -1, -1 },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                SyncState found = { -1, -1 };
                int r = sync_token_read(cases[i].text, "Ab-_9", cases[i].newest, &found);
                if (found.change != cases[i].change || found.beginning != cases[i].beginning ||
                                r != (found.change < 0 ? SYNC_E_TOKEN : 0))
                        fail_msg("line %d: %d", cases[i].line, r);
        }
}

static void test_sync_token_write(void **state)
{
        char token[SYNC_TOKEN_SIZE];
        (void)state;
        sync_token_write("12345678901234567890123456789012", (SyncState){ INT64_MAX, 0 }, token);
        assert_string_equal(token, "data:,12345678901234567890123456789012/9223372036854775807");
        sync_token_write("12345678901234567890123456789012", (SyncState){ INT64_MAX - 1, INT64_MAX }, token);
        assert_string_equal(token,
                        "data:,12345678901234567890123456789012/9223372036854775806/9223372036854775807");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_sync_token),
                cmocka_unit_test(test_sync_token_write),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
