/* Tests the reader of XML in requests. Expected results are those of XML 1.0 and Namespaces in XML 1.0. */

#include "base/cleanup.h"
#include "dav/xml-reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/*
 * Appends "LOCAL(CHILD;CHILD)" for the current element; the text of one named "t" instead of its children.
 */
static int list(XmlReader *reader, Buffer *out)
{
        const char *text;
        int depth = xml_depth(reader), r;
        buffer_printf(out, "%s(", xml_local(reader));
        if (xml_is(reader, "urn:x", "skip"))
                return 0;
        if (xml_is(reader, "urn:x", "t")) {
                r = xml_text(reader, &text);
                buffer_printf(out, "[%s])", text);
                return r;
        }
        while ((r = xml_child(reader, depth)) == XML_CHILD) {
                r = list(reader, out);
                if (r != 0)
                        return r;
        }
        buffer_puts(out, ")");
        return r;
}

static void test_xml_child__walks_over_what_is_not_read(void **state)
{
        static const struct {
                int line;
                const char *content, *listed;
                int result;
        } cases[] = {
                { __LINE__, "", "x()", 0 },
                { __LINE__, "<a/><b></b>", "x(a()b())", 0 },
                { __LINE__, "<a><b/><c><d/></c></a><e/>", "x(a(b()c(d()))e())", 0 },
                { __LINE__, "<skip><b/><c><d/></c></skip><e/>", "x(skip(e())", 0 },
                { __LINE__, "<skip/><e><skip><a/></skip></e><f/>", "x(skip(e(skip()f())", 0 },
                { __LINE__, "<t/><t></t><t>a<b>not</b>c</t>", "x(t([])t([])t([ac]))", 0 },
                { __LINE__, "<t>&lt;&amp;&#13;&#x41;<![CDATA[<&]]> </t>", "x(t([<&\rA<& ]))", 0 },
                { __LINE__, "<t>a<!-- c --><?pi b?>d</t><a/>", "x(t([ad])a())", 0 },
                { __LINE__, "<t><t>in</t>out</t>", "x(t([out]))", 0 },
                { __LINE__, "<t>", NULL, XML_E_INVALID },
                { __LINE__, "<a>", NULL, XML_E_INVALID },
                { __LINE__, "<t>\x01</t>", NULL, XML_E_INVALID },
                { __LINE__, "<t>&#1;</t>", NULL, XML_E_INVALID },
                { __LINE__, "<t>&#xFFFE;</t>", NULL, XML_E_INVALID },
                { __LINE__, "<t>\xc0\xaf</t>", NULL, XML_E_INVALID },
                { __LINE__, "<t>&e;</t>", NULL, XML_E_INVALID },
                { __LINE__, "<a b='1' b='2'/>", NULL, XML_E_INVALID },
                { __LINE__, "<n:a/>", NULL, XML_E_INVALID },
                { __LINE__, "<!DOCTYPE x>", NULL, XML_E_INVALID },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(4096), out = BUFFER_INIT(4096);
                CLEANUP(xml_reader_done) XmlReader reader;
                buffer_printf(&text, "<x xmlns='urn:x'>%s</x>", cases[i].content);
                int r = xml_reader_init(&reader, buffer_text(&text), text.len);
                if (r == 0)
                        r = list(&reader, &out);
                if (r == 0)
                        r = xml_finish(&reader);
                if (r != cases[i].result || (r == 0 && strcmp(buffer_text(&out), cases[i].listed) != 0))
                        fail_msg("line %d: %d %s", cases[i].line, r, buffer_text(&out));
        }
}

static void test_xml_attribute(void **state)
{
        static const char text[] =
                        "<x a='1' n:b='2' xmlns:n='urn:n' c=' &#10;&quot;' xml:lang='ru'><y/></x>";
        CLEANUP(xml_reader_done) XmlReader reader;
        (void)state;
        assert_int_equal(xml_reader_init(&reader, text, strlen(text)), 0);
        assert_string_equal(xml_attribute(&reader, "a"), "1");
        assert_null(xml_attribute(&reader, "b"));
        assert_string_equal(xml_attribute(&reader, "c"), " \n\"");
        assert_string_equal(xml_language(&reader), "ru");
        assert_int_equal(xml_child(&reader, 0), XML_CHILD);
        assert_string_equal(xml_local(&reader), "y");
        assert_null(xml_attribute(&reader, "a"));
        assert_string_equal(xml_language(&reader), "ru");
}

static void test_xml_token(void **state)
{
        static const char text[] = "<x> \r\n a b \t</x>", blank[] = "<x> \n </x>";
        CLEANUP(xml_reader_done) XmlReader reader, other;
        const char *token;
        (void)state;
        assert_int_equal(xml_reader_init(&reader, text, strlen(text)), 0);
        assert_int_equal(xml_token(&reader, &token), 0);
        assert_string_equal(token, "a b");
        assert_int_equal(xml_reader_init(&other, blank, strlen(blank)), 0);
        assert_int_equal(xml_token(&other, &token), 0);
        assert_string_equal(token, "");
}

static void test_xml_copy__stands_alone(void **state)
{
        static const struct {
                int line;
                const char *content, *copy; /* of the first child of the root */
        } cases[] = {
                { __LINE__, "<a/>", "<a xmlns=\"urn:x\"/>" },
                { __LINE__, "<n:a>t</n:a>", "<n:a xmlns:n=\"urn:n\">t</n:a>" },
                { __LINE__, "<n:a n:b='1' c='2'/>", "<n:a xmlns:n=\"urn:n\" n:b=\"1\" c=\"2\"/>" },
                { __LINE__, "<a n:b='1' n:c='2'/>",
                                "<a xmlns=\"urn:x\" xmlns:n=\"urn:n\" n:b=\"1\" n:c=\"2\"/>" },
                { __LINE__, "<a xmlns=''><b/></a>", "<a xmlns=\"\"><b xmlns=\"\"/></a>" },
                { __LINE__, "<a xmlns:m='urn:m' xml:lang='en'>m:value</a>",
                                "<a xmlns:m=\"urn:m\" xmlns=\"urn:x\" xml:lang=\"en\">m:value</a>" },
                { __LINE__, "<a>&lt;&amp;&gt;&quot;&#13;<!-- c --><![CDATA[<]]>'</a>",
                                "<a xmlns=\"urn:x\">&#60;&#38;&#62;&#34;&#13;&#60;'</a>" },
                { __LINE__, "<a> <n:b><c/></n:b></a>",
                                "<a xmlns=\"urn:x\"> <n:b xmlns:n=\"urn:n\"><c xmlns=\"urn:x\"/></n:b></a>" },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(4096), out = BUFFER_INIT(4096);
                CLEANUP(xml_reader_done) XmlReader reader;
                buffer_printf(&text, "<x xmlns='urn:x' xmlns:n='urn:n'>%s<last/></x>", cases[i].content);
                assert_int_equal(xml_reader_init(&reader, buffer_text(&text), text.len), 0);
                assert_int_equal(xml_child(&reader, 0), XML_CHILD);
                assert_int_equal(xml_copy(&reader, &out), 0);
                if (strcmp(buffer_text(&out), cases[i].copy) != 0)
                        fail_msg("line %d: %s", cases[i].line, buffer_text(&out));
                assert_int_equal(xml_child(&reader, 0), XML_CHILD);
                assert_string_equal(xml_local(&reader), "last");
        }
}

static int read_all(const char *bytes, size_t len)
{
        CLEANUP(xml_reader_done) XmlReader reader;
        int r = xml_reader_init(&reader, bytes, len);
        return r == 0 ? xml_finish(&reader) : r;
}

static void put_repeated(Buffer *out, const char *text, size_t n)
{
        while (n-- > 0)
                buffer_puts(out, text);
}

static void test_xml_reader__refuses_what_is_large_in_little(void **state)
{
        static const struct {
                int line;
                const char *before, *each, *after;
                size_t n;
                int result;
        } cases[] = {
                { __LINE__, "<x>", "<a>", "", 100000, XML_E_INVALID },
                { __LINE__, "<x>", "<a/>", "</x>", 250000, 0 },
                { __LINE__, "<x", " a=''", "/>", 200000, XML_E_INVALID },
                { __LINE__, "<x a='\"' b=\">\" ", " xmlns:p='u'", "/>", 80000, XML_E_INVALID },
                { __LINE__, "<x>", "<![CDATA[<a b='' ]]><!-- <a b='' --><?a <a b='' ?>", "</x>", 10000, 0 },
                { __LINE__, "<x>", "a='b' ", "</x>", 100000, 0 },
                { __LINE__, "<x>", "&amp;", "</x>", 200000, 0 },
                { __LINE__, "<x><!--", "<", "--></x>", 1000000, 0 },
                { __LINE__, "", "<!-- -->", "<x/>", XML_COMMENTS_MAX, 0 },
                { __LINE__, "", "<!-- -->", "<x/>", XML_COMMENTS_MAX + 1, XML_E_INVALID },
                { __LINE__, "<x>", "<?p?>", "</x>", XML_COMMENTS_MAX + 1, XML_E_INVALID },
                { __LINE__, "", " <?p?>", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", 10, XML_E_INVALID },
                { __LINE__, "<!DOCTYPE x [<!ENTITY a 'b'>", "<!ENTITY c '&a;&a;&a;&a;'>", "]><x>&c;</x>", 10,
                                XML_E_INVALID },
                { __LINE__, "<x>", "<a xmlns:p='u' xmlns:q='u' xmlns:r='u'>", "", 50, XML_E_INVALID },
                { __LINE__, "<x>", "<a xmlns:p='u' xmlns:q='u' xmlns:r='u'></a><a xmlns:p = 'u'/>", "</x>",
                                50000, 0 },
                { __LINE__, "<x>", "&#", "</x>", 400000, XML_E_INVALID },
                { __LINE__, "<", "a", "/>", 1000000, XML_E_INVALID }, /* a name of the library's maximum */
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(4 * 1024 * 1024);
                buffer_puts(&text, cases[i].before);
                put_repeated(&text, cases[i].each, cases[i].n);
                buffer_puts(&text, cases[i].after);
                int r = read_all(buffer_text(&text), text.len);
                if (r != cases[i].result)
                        fail_msg("line %d: %d", cases[i].line, r);
        }
}

static void test_xml_reader__has_a_maximum_of_attributes(void **state)
{
        (void)state;
        for (int n = XML_ATTRIBUTES_MAX - 1; n <= XML_ATTRIBUTES_MAX + 1; n++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(65536);
                buffer_puts(&text, "<x");
                for (int i = 0; i < n; i++)
                        buffer_printf(&text, " %sa%d='<%d'", i % 2 ? "xmlns:" : "", i, i);
                buffer_puts(&text, "/>");
                for (char *p = strchr(text.data + 1, '<'); p; p = strchr(p, '<'))
                        *p = '>';
                assert_int_equal(read_all(buffer_text(&text), text.len),
                                n <= XML_ATTRIBUTES_MAX ? 0 : XML_E_INVALID);
        }
}

static void test_xml_reader__has_a_maximum_of_different_tags(void **state)
{
        (void)state;
        for (int n = XML_TAGS_MAX - 2; n <= XML_TAGS_MAX; n++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1024 * 1024);
                buffer_puts(&text, "<x>");
                for (int i = 0; i < n; i++)
                        buffer_printf(&text, "<n%d></n%d><n%d></n%d>", i, i, i, i);
                buffer_puts(&text, "</x>");
                assert_int_equal(read_all(buffer_text(&text), text.len),
                                n < XML_TAGS_MAX ? 0 : XML_E_INVALID);
        }
}

/* Declarations of namespaces end with their element. */
static void test_xml_reader__has_a_maximum_of_namespaces(void **state)
{
        (void)state;
        for (int n = XML_NAMESPACES_MAX - 2; n <= XML_NAMESPACES_MAX + 2; n += 2) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(65536);
                for (int depth = 0; depth < 2; depth++)
                        buffer_puts(&text, "<x><x xmlns:a='u' xmlns:b='u'></x>");
                for (int i = 0; i < n; i += 4)
                        buffer_printf(&text, "<x xmlns:a%d=\"'>\" xmlns='u' xmlns:b%d\n=\n'u' xmlns:c='u'>",
                                        i, i);
                for (int i = 0; i < n; i += 4)
                        buffer_puts(&text, "</x>");
                buffer_puts(&text, "</x></x>");
                int rounded = (n + 3) / 4 * 4;
                assert_int_equal(read_all(buffer_text(&text), text.len),
                                rounded <= XML_NAMESPACES_MAX ? 0 : XML_E_INVALID);
        }
}

/* Every element repeats its namespace to the reader. An attribute that is no declaration may be long. */
static void test_xml_reader__has_a_maximum_of_the_length_of_a_namespace(void **state)
{
        static const struct {
                int line;
                const char *before, *after;
                int size, result;
        } cases[] = {
                { __LINE__, "<x xmlns:a='", "'><a:b/></x>", XML_NAMESPACE_MAX_BYTES, 0 },
                { __LINE__, "<x xmlns:a='", "'><a:b/></x>", XML_NAMESPACE_MAX_BYTES + 1, XML_E_INVALID },
                { __LINE__, "<x xmlns = \"", "\"/>", XML_NAMESPACE_MAX_BYTES + 1, XML_E_INVALID },
                { __LINE__, "<x><y a='' xmlns='u' xmlns:b='", "'/></x>", 2000000, XML_E_INVALID },
                { __LINE__, "<x xmlns='u' a='", "'/>", 2000000, 0 },
        };
        (void)state;
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(4 * 1024 * 1024);
                buffer_puts(&text, cases[i].before);
                put_repeated(&text, "u", cases[i].size);
                buffer_puts(&text, cases[i].after);
                int r = read_all(buffer_text(&text), text.len);
                if (r != cases[i].result)
                        fail_msg("line %d: %d", cases[i].line, r);
        }
}

/* A document of ASCII in UTF-16, with its byte order mark. */
static void put_wide(const char *text, bool big, Buffer *out)
{
        buffer_append(out, big ? "\xfe\xff" : "\xff\xfe", 2);
        for (; *text; text++) {
                const char unit[2] = { big ? '\0' : *text, big ? *text : '\0' };
                buffer_append(out, unit, 2);
        }
}

static void test_xml_reader__encodings(void **state)
{
        static const char text[] = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><x>a</x>";
        static const char odd[] = "<?xml version=\"1.0\" encoding=\"UTF-7\"?><x>+ADw-a</x>";
        static const char wrong[] = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><x>\xcf\xf0</x>";
        const char *token;
        (void)state;
        for (int big = 0; big < 2; big++) {
                CLEANUP(buffer_done) Buffer wide = BUFFER_INIT(4096);
                CLEANUP(xml_reader_done) XmlReader reader;
                put_wide(text, big, &wide);
                assert_int_equal(xml_reader_init(&reader, buffer_text(&wide), wide.len), 0);
                assert_int_equal(xml_token(&reader, &token), 0);
                assert_string_equal(token, "a");
                assert_int_equal(read_all(buffer_text(&wide), wide.len - 1), XML_E_INVALID);
        }
        assert_int_equal(read_all(wrong, strlen(wrong)), XML_E_INVALID);
        assert_int_equal(read_all("\xef\xbb\xbf<x/>", 7), 0);
        assert_int_equal(read_all("", 0), XML_E_INVALID);
        assert_int_equal(read_all("<x>\0</x>", 8), XML_E_INVALID);
        assert_int_equal(read_all("<\0x\0/\0>\0", 8), XML_E_INVALID);
        assert_int_equal(read_all("\x4c\x6f\xa7\x94", 4), XML_E_INVALID); /* "<?xm" in EBCDIC */
        /* Read as UTF-8, whatever is declared. */
        CLEANUP(xml_reader_done) XmlReader reader;
        assert_int_equal(xml_reader_init(&reader, odd, strlen(odd)), 0);
        assert_int_equal(xml_token(&reader, &token), 0);
        assert_string_equal(token, "+ADw-a");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_xml_child__walks_over_what_is_not_read),
                cmocka_unit_test(test_xml_attribute),
                cmocka_unit_test(test_xml_token),
                cmocka_unit_test(test_xml_copy__stands_alone),
                cmocka_unit_test(test_xml_reader__refuses_what_is_large_in_little),
                cmocka_unit_test(test_xml_reader__has_a_maximum_of_attributes),
                cmocka_unit_test(test_xml_reader__has_a_maximum_of_different_tags),
                cmocka_unit_test(test_xml_reader__has_a_maximum_of_namespaces),
                cmocka_unit_test(test_xml_reader__has_a_maximum_of_the_length_of_a_namespace),
                cmocka_unit_test(test_xml_reader__encodings),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
