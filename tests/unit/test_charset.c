#include "base/charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Expected octets are those of Python's codecs. */
static const struct {
        int line;
        const char *found; /* by charset_of() */
        const char *name;
        size_t len;
        const char *octets;
        const char *text; /* NULL: cannot be converted */
} cases[] = {
        { __LINE__, "UTF-16LE", "UTF-16LE", 8,
                        "\xFF\xFE"
                        "B\0"
                        "E\0"
                        "\x16\x04",
                        "BEЖ" },
        { __LINE__, "UTF-16BE", "UTF-16BE", 8,
                        "\xFE\xFF"
                        "\0B"
                        "\0E"
                        "\x04\x16",
                        "BEЖ" },
        { __LINE__, "UTF-16LE", "UTF-16LE", 6, "B\0E\0\x16\x04", "BEЖ" },
        { __LINE__, "UTF-32LE", "UTF-32LE", 12, "\xFF\xFE\0\0B\0\0\0\x16\x04\0\0", "BЖ" },
        { __LINE__, "UTF-16LE", "UTF-16LE", 5,
                        "\xFF\xFE"
                        "B\0E",
                        NULL },
        { __LINE__, NULL, "windows-1251", 3, "B\xC6\xE6", "BЖж" },
        { __LINE__, NULL, "koi8-r", 2, "B\xF6", "BЖ" },
        { __LINE__, NULL, "windows-1252", 1, "\x81", NULL },
        { __LINE__, NULL, "no-such", 1, "B", NULL },
        { __LINE__, NULL, "UTF-8//IGNORE", 1, "B", NULL },
        { __LINE__, NULL, "", 1, "B", NULL },
        { __LINE__, NULL, "utf-8", 0, "", "" },
};

static void test_charset_to_utf8__converts_or_refuses(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(64);
                bool is = charset_to_utf8(cases[i].name, cases[i].octets, cases[i].len, &out);
                const char *found = charset_of(cases[i].octets, cases[i].len);
                if (is != (cases[i].text != NULL) || (is && strcmp(buffer_text(&out), cases[i].text) != 0))
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&out));
                if (found != cases[i].found &&
                                strcmp(found ? found : "", cases[i].found ? cases[i].found : "") != 0)
                        fail_msg("line %d: %s", cases[i].line, found ? found : "none");
        }
}

static void test_charset_to_utf8__converts_a_long_text(void **state)
{
        static char octets[20000];
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(100000);
        memset(octets, 0xC6, sizeof(octets));
        assert_true(charset_to_utf8("windows-1251", octets, sizeof(octets), &out));
        assert_int_equal(out.len, 2 * sizeof(octets));
        assert_memory_equal(out.data + out.len - 4, "ЖЖ", 4);
}

static void test_charset_is__knows_names(void **state)
{
        (void)state;
        assert_true(charset_is("windows-1251"));
        assert_true(charset_is("UTF-16"));
        assert_false(charset_is("../UTF-16"));
        assert_false(charset_is("klingon"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_charset_to_utf8__converts_or_refuses),
                cmocka_unit_test(test_charset_to_utf8__converts_a_long_text),
                cmocka_unit_test(test_charset_is__knows_names),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
