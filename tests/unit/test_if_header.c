/* Tests the If field of WebDAV. */

#include "dav/if-header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The resource of the request has the tag "a", /b has "b", the collection /c a token. */
static int find(const char *href, IfState *ret, void *userdata)
{
        if (href && strcmp(href, "/fail") == 0)
                return *(int *)userdata;
        strcpy(ret->etag, !href ? "\"a\"" : strcmp(href, "/b") == 0 ? "\"b\"" : "");
        strcpy(ret->token, href && strcmp(href, "/c") == 0 ? "data:,x/7" : "");
        return 0;
}

static void test_if_header_is_met(void **state)
{
        enum { MET, UNMET, INVALID };
        static const struct {
                int line;
                const char *value;
                int result;
        } cases[] = {
                { __LINE__, "([\"a\"])", MET },
                { __LINE__, " ( [\"a\"] ) ", MET },
                { __LINE__, "([W/\"a\"])", MET },
                { __LINE__, "([\"a-gzip\"])", MET },
                { __LINE__, "([\"b\"])", UNMET },
                { __LINE__, "([\"b]\"])", UNMET },
                { __LINE__, "([\"b\"]) ([\"a\"])", MET },
                { __LINE__, "([\"a\"] [\"b\"])", UNMET },
                { __LINE__, "(Not [\"b\"])", MET },
                { __LINE__, "(Not [\"a\"])", UNMET },
                /* RFC 4918, 10.4.6 to 10.4.8 */
                { __LINE__, "(<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2> [\"a\"]) ([\"a\"])", MET },
                { __LINE__, "(<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>)", UNMET },
                { __LINE__, "(Not <urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2> <urn:uuid:58f202ac-22cf-11d1-b12d-002035b29092>)",
                                UNMET },
                { __LINE__, "(<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>) (Not <DAV:no-lock>)", MET },
                { __LINE__, "</b> ([\"b\"])", MET },
                { __LINE__, "</b>([\"a\"])", UNMET },
                { __LINE__, "</none> ([\"a\"])", UNMET },
                { __LINE__, "</none> (Not [\"a\"])", MET },
                { __LINE__, "</none> ([\"a\"]) ([\"b\"]) </b> ([\"b\"])", MET },
                /* RFC 6578, 5 */
                { __LINE__, "</c> (<data:,x/7>)", MET },
                { __LINE__, "</c> (<data:,x/6>)", UNMET },
                { __LINE__, "</c> (Not <data:,x/7>)", UNMET },
                { __LINE__, "</b> (<data:,x/7>)", UNMET },
                { __LINE__, "</c> (<data:,x/6>) </none> (<data:,x/7>)", UNMET },
                { __LINE__, "</c> (<data:,x/7>) </b> ([\"b\"])", MET },
                { __LINE__, "(<data:,x/7>)", UNMET },
                { __LINE__, "", INVALID },
                { __LINE__, "()", INVALID },
                { __LINE__, "(", INVALID },
                { __LINE__, "([\"a\"]", INVALID },
                { __LINE__, "([a])", INVALID },
                { __LINE__, "([*])", INVALID },
                { __LINE__, "([\"a)", INVALID },
                { __LINE__, "(<urn:x)", INVALID },
                { __LINE__, "(Not)", INVALID },
                { __LINE__, "</b>", INVALID },
                { __LINE__, "([\"a\"]) </b> ([\"b\"])", INVALID },
                { __LINE__, "\"a\"", INVALID },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                bool is_met;
                int r = if_header_is_met(cases[i].value, find, NULL, &is_met);
                int result = r == IF_HEADER_E_INVALID ? INVALID : is_met ? MET : UNMET;
                if (result != cases[i].result || (r != 0 && r != IF_HEADER_E_INVALID))
                        fail_msg("line %d: %d, %d", cases[i].line, r, result);
        }
}

static void test_if_header_is_met__failure(void **state)
{
        int failure = -12;
        bool is_met;
        (void)state;
        assert_int_equal(if_header_is_met("</fail> ([\"a\"])", find, &failure, &is_met), failure);
        assert_false(is_met);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_if_header_is_met),
                cmocka_unit_test(test_if_header_is_met__failure),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
