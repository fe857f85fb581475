/* Tests the text of objects in XML. The expected values follow XML 1.0, 2.2 and 2.11, and Unicode, 3.9. */

#include "base/cleanup.h"
#include "dav/xml-reader.h"
#include "dav/xml-text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define R "\xef\xbf\xbd" /* U+FFFD */

static void test_xml_text_write(void **state)
{
        static const struct {
                int line;
                const char *text, *xml;
        } cases[] = {
                { __LINE__, "", "" },
                { __LINE__, "a\r\nb\tc", "a&#13;\nb\tc" },
                { __LINE__, "<&>\"'", "&lt;&amp;&gt;\"'" },
                { __LINE__, "]]>", "]]&gt;" },
                { __LINE__,
                                "a\x01\x08\x0b\x0c\x1f\x7f"
                                "b",
                                "a\x7f"
                                "b" },
                { __LINE__, "\xd0\x9c\xe2\x82\xac\xf0\x9f\x98\x80", "\xd0\x9c\xe2\x82\xac\xf0\x9f\x98\x80" },
                { __LINE__, "\xc2\x85\xe2\x80\xae",
                                "\xc2\x85\xe2\x80\xae" }, /* NEL and an override are characters */
                { __LINE__,
                                "a\xff"
                                "b\x80",
                                "a" R "b" R },
                { __LINE__, "\xc0\xaf", R R }, /* overlong */
                { __LINE__, "\xe0\x80\xaf", R R R },
                { __LINE__, "\xed\xa0\x80", R R R }, /* a surrogate */
                { __LINE__, "\xf4\x90\x80\x80", R R R R },
                { __LINE__,
                                "\xef\xbf\xbe\xef\xbf\xbf"
                                "a",
                                R R "a" },
                { __LINE__, "\xef\xbf\xbd", R },
                { __LINE__, "\xd0", R },
                { __LINE__, "\xe2\x82", R R },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                xml_text_write(&out, cases[i].text, strlen(cases[i].text));
                if (strcmp(buffer_text(&out), cases[i].xml) != 0)
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&out));
        }
}

/* A parser reads every text that is valid, and what it reads of any other one is valid. */
static void test_xml_text_write__is_read_back(void **state)
{
        (void)state;
        for (unsigned first = 0; first < 256; first++)
                for (unsigned second = 0; second < 256; second++) {
                        const char text[] = { (char)first, (char)second, 'x', '\xef', '\xbf', (char)first };
                        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
                        CLEANUP(xml_reader_done) XmlReader reader;
                        const char *read;
                        buffer_puts(&out, "<x>");
                        xml_text_write(&out, text, sizeof(text));
                        buffer_puts(&out, "</x>");
                        assert_int_equal(xml_reader_init(&reader, buffer_text(&out), out.len), 0);
                        assert_int_equal(xml_text(&reader, &read), 0);
                        if (first >= 0x20 && first < 0x80 && second >= 0x20 && second < 0x80)
                                assert_memory_equal(read, text, 3);
                        assert_int_equal(xml_finish(&reader), 0);
                }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_xml_text_write),
                cmocka_unit_test(test_xml_text_write__is_read_back),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
