/* Tests the grammar of Basic credentials (RFC 7617). */

#include "http/basic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_basic_read__is_strict(void **state)
{
        static const struct {
                int line;
                const char *value;
                int result;
                const char *name, *password;
        } cases[] = {
                /* The examples of the RFC: sections 2 and 2.1. */
                { __LINE__, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", 0, "Aladdin", "open sesame" },
                { __LINE__, "Basic dGVzdDoxMjPCow==", 0, "test", "123£" },
                { __LINE__, "basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ==", 0, "Aladdin", "open sesame" },
                { __LINE__, "BASIC YTpiOmM=", 0, "a", "b:c" }, { __LINE__, "Basic Og==", 0, "", "" },
                { __LINE__, NULL, BASIC_E_OTHER, NULL, NULL }, { __LINE__, "", BASIC_E_OTHER, NULL, NULL },
                { __LINE__, "Bearer abc", BASIC_E_OTHER, NULL, NULL },
                { __LINE__, "Basicx YTpi", BASIC_E_OTHER, NULL, NULL },
                { __LINE__, "Basic", BASIC_E_INVALID, NULL, NULL },
                { __LINE__, "Basic ", BASIC_E_INVALID, NULL, NULL },
                { __LINE__, "Basic YTpi,Basic YTpi", BASIC_E_INVALID, NULL, NULL },
                { __LINE__, "Basic YTpi YTpi", BASIC_E_INVALID, NULL, NULL },
                { __LINE__, "Basic YTpiOmM", BASIC_E_INVALID, NULL, NULL },   /* no padding */
                { __LINE__, "Basic YTpiOmM==", BASIC_E_INVALID, NULL, NULL }, /* too much padding */
                { __LINE__, "Basic YT=pi", BASIC_E_INVALID, NULL, NULL },
                { __LINE__, "Basic ====", BASIC_E_INVALID, NULL, NULL },
                { __LINE__, "Basic YWJj", BASIC_E_INVALID, NULL, NULL },         /* abc: no colon */
                { __LINE__, "Basic YToA", BASIC_E_INVALID, NULL, NULL },         /* a:NUL */
                { __LINE__, "Basic YToK", BASIC_E_INVALID, NULL, NULL },         /* a:LF */
                { __LINE__, "Basic YToJ", BASIC_E_INVALID, NULL, NULL },         /* a:TAB */
                { __LINE__, "Basic dGVzdDoxMjOj", BASIC_E_INVALID, NULL, NULL }, /* ISO 8859-1 */
                { __LINE__, "Basic YTrAgA==", BASIC_E_INVALID, NULL, NULL },     /* overlong UTF-8 */
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(basic_done) BasicCredentials credentials = { .name = NULL };
                int r = basic_read(cases[i].value, &credentials);
                if (r != cases[i].result)
                        fail_msg("line %d: %d", cases[i].line, r);
                if (r == 0 && (strcmp(credentials.name, cases[i].name) != 0 ||
                                              strcmp(credentials.password, cases[i].password) != 0))
                        fail_msg("line %d: %s %s", cases[i].line, credentials.name, credentials.password);
        }
}

static void test_basic_read__has_a_maximum(void **state)
{
        char value[8192];
        (void)state;
        for (size_t n = 1000; n < 8000; n += 4) {
                CLEANUP(basic_done) BasicCredentials credentials = { .name = NULL };
                memset(value, 'A', sizeof(value));
                memcpy(value, "Basic YTpi", 10);
                value[6 + n] = '\0';
                for (size_t i = 10; i < 6 + n; i++)
                        value[i] = "YWJj"[(i - 6) % 4];
                int r = basic_read(value, &credentials);
                assert_int_equal(r, n <= (BASIC_MAX_BYTES + 2) / 3 * 4 ? 0 : BASIC_E_INVALID);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_basic_read__is_strict),
                cmocka_unit_test(test_basic_read__has_a_maximum),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
