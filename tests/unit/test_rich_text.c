/* Tests the links, quotation marks and dashes of texts on pages. */

#include "web/rich-text.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define LINK(href, text) "<a rel=\"nofollow noopener\" href=\"" href "\">" text "</a>"
#define SAME(url)        LINK(url, url)

typedef struct Row {
        int line;
        const char *text, *expected;
} Row;

static const Row links[] = {
        { __LINE__, "", "" },
        { __LINE__, "plain <b>", "plain &#60;b&#62;" },
        { __LINE__, "https://example.org", SAME("https://example.org") },
        { __LINE__, "see http://example.org/a?b=1&c=2.",
                        "see " LINK("http://example.org/a?b=1&#38;c=2",
                                        "http://example.org/a?b=1&#38;c=2") "." },
        { __LINE__, "(https://example.org/a)", "(" SAME("https://example.org/a") ")" },
        { __LINE__, "https://example.org/a_(b)", SAME("https://example.org/a_(b)") },
        { __LINE__, "HTTPS://Example.org/x, да", SAME("HTTPS://Example.org/x") ", да" },
        { __LINE__, "«https://example.org/x»", "«" SAME("https://example.org/x") "»" },
        { __LINE__, "https://пример.рф/п",
                        LINK("https://%D0%BF%D1%80%D0%B8%D0%BC%D0%B5%D1%80.%D1%80%D1%84/%D0%BF",
                                        "https://пример.рф/п") },
        { __LINE__, "https://a.example/ https://b.example/",
                        SAME("https://a.example/") " " SAME("https://b.example/") },
        { __LINE__, "https://[2001:db8::1]/x", SAME("https://[2001:db8::1]/x") },
        { __LINE__, "mailto:office@example.org", SAME("mailto:office@example.org") },
        { __LINE__, "https://example.org/x…", SAME("https://example.org/x") "…" },
        { __LINE__, "https://example.org/a — да", SAME("https://example.org/a") " — да" },
        { __LINE__, "https://example.org/\u00a0x", SAME("https://example.org/") "\u00a0x" },
        /* Not links. */
        { __LINE__, "javascript:alert(1)", "javascript:alert(1)" },
        { __LINE__, "data:text/html,x", "data:text/html,x" },
        { __LINE__, "ftp://example.org", "ftp://example.org" },
        { __LINE__, "https://", "https://" },
        { __LINE__, "https:// example.org", "https:// example.org" },
        { __LINE__, "http://?x", "http://?x" },
        { __LINE__, "http://.", "http://." },
        { __LINE__, "mailto:nobody", "mailto:nobody" },
        { __LINE__, "mailto:@x", "mailto:@x" },
        { __LINE__, "xhttps://example.org", "xhttps://example.org" },
        { __LINE__, "view-source:https://example.org", "view-source:" SAME("https://example.org") },
        { __LINE__, "svn+http://example.org", "svn+http://example.org" },
        /* Hostile texts. */
        { __LINE__, "https://example.org/\"onload=\"x", SAME("https://example.org/") "&#34;onload=&#34;x" },
        { __LINE__, "https://example.org/<script>", SAME("https://example.org/") "&#60;script&#62;" },
        { __LINE__, "https://example.org/'onclick='x",
                        LINK("https://example.org/&#39;onclick=&#39;x",
                                        "https://example.org/&#39;onclick=&#39;x") },
        { __LINE__, "https://example.org\\@evil.example", SAME("https://example.org") "\\@evil.example" },
        { __LINE__, "https://example.org/\u202emoc", SAME("https://example.org/") "moc" },
        { __LINE__, "https://example.org/\u2066moc", SAME("https://example.org/") "moc" },
        { __LINE__, "https://example.org/\tx", SAME("https://example.org/") "\tx" },
};

static void check(const Row *row, const Buffer *out)
{
        if (strcmp(buffer_text(out), row->expected) != 0)
                fail_msg("line %d: '%s' instead of '%s'", row->line, buffer_text(out), row->expected);
}

static void test_rich_text_line__links_addresses_only(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(8192);
                rich_text_line(&out, "ru", links[i].text);
                check(&links[i], &out);
        }
}

static void test_rich_text_plain__has_no_links(void **state)
{
        (void)state;
        static const Row row = { __LINE__, "«А «Б»» - https://example.org <i>",
                "«А „Б“» — https://example.org &#60;i&#62;" };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(8192), unknown = BUFFER_INIT(8192);
        rich_text_plain(&out, "ru", row.text);
        check(&row, &out);
        rich_text_plain(&unknown, "", "a - b");
        assert_string_equal(buffer_text(&unknown), "a - b");
        buffer_reset(&unknown);
        rich_text_plain(&unknown, "de", "«a «b»» - c");
        assert_string_equal(buffer_text(&unknown), "«a «b»» - c");
}

static void test_rich_text_paragraphs__are_the_lines(void **state)
{
        (void)state;
        static const Row rows[] = {
                { __LINE__, "", "" },
                { __LINE__, "\n \n\t\r\n", "" },
                { __LINE__, "one", "<p>one</p>\n" },
                { __LINE__, "one\n<b>", "<p>one</p>\n<p>&#60;b&#62;</p>\n" },
                { __LINE__, "one\n\n\ntwo\n", "<p>one</p>\n<p>two</p>\n" },
                { __LINE__, "http://a.example\nhttp://b.example\n",
                                "<p>" SAME("http://a.example") "</p>\n<p>" SAME(
                                                "http://b.example") "</p>\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(8192);
                rich_text_paragraphs(&out, "", rows[i].text);
                check(&rows[i], &out);
        }
}

/* Texts of one pattern, over and over, cost time in proportion to their length. */
static void test_rich_text_line__is_linear(void **state)
{
        (void)state;
        static const char *const patterns[] = { "h", "http://", "mailto:", "https://a.b)",
                "https://a.b/))))" };
        enum { LENGTH = 256 * 1024 };
        static char text[LENGTH + 1];
        for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
                size_t len = strlen(patterns[i]);
                for (size_t at = 0; at < LENGTH; at++)
                        text[at] = patterns[i][at % len];
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT((size_t)64 * LENGTH);
                clock_t start = clock();
                rich_text_line(&out, "ru", text);
                assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
                assert_int_equal(buffer_error(&out), 0);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_rich_text_line__links_addresses_only),
                cmocka_unit_test(test_rich_text_plain__has_no_links),
                cmocka_unit_test(test_rich_text_paragraphs__are_the_lines),
                cmocka_unit_test(test_rich_text_line__is_linear),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
