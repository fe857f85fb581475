/* Tests the common frame and the building blocks of pages. */

#include "web/page.h"
#include "web/qr.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(Buffer *out, const char *expected, int line)
{
        if (strcmp(buffer_text(out), expected) != 0)
                print_error("row of line %d: '%s', expected '%s'\n", line, buffer_text(out), expected);
        assert_string_equal(buffer_text(out), expected);
        buffer_reset(out);
}

static void test_html_escape__escapes_all_markup(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        static const struct {
                int line;
                const char *text, *expected;
        } rows[] = {
                { __LINE__, "", "" },
                { __LINE__, "Сессия «А» & Б", "Сессия «А» &#38; Б" },
                { __LINE__, "<script>alert(\"1\")</script>",
                                "&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;" },
                { __LINE__, "' onload='", "&#39; onload=&#39;" },
                { __LINE__,
                                "a\x01"
                                "b\x1b[0m\x7f"
                                "c\td\ne\r",
                                "ab[0mc\td\ne" },
                { __LINE__,
                                "a\xc2\x85"
                                "b\xc2\x9f\xc2\xa0",
                                "ab\xc2\xa0" },
                { __LINE__, "a\u202eb\u202a\u2066c\u2069", "abc" },
                { __LINE__, "\u2013\u2014\u2026\u200f", "\u2013\u2014\u2026\u200f" },
                { __LINE__, "\xe2", "\xe2" },
                { __LINE__, "\xc2", "\xc2" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                html_escape(&out, rows[i].text);
                assert_text(&out, rows[i].expected, rows[i].line);
        }
}

static void test_page_link_is_safe__takes_web_addresses_only(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *url;
                bool expected;
        } rows[] = {
                { __LINE__, "https://example.org/a?b=c#d", true },
                { __LINE__, "HTTP://example.org", true },
                { __LINE__, "javascript:alert(1)", false },
                { __LINE__, "JaVaScRiPt:alert(1)", false },
                { __LINE__, " https://example.org", false },
                { __LINE__, "java\nscript:alert(1)", false },
                { __LINE__, "data:text/html,x", false },
                { __LINE__, "vbscript:x", false },
                { __LINE__, "//example.org", false },
                { __LINE__, "/event/x", false },
                { __LINE__, "https://example.org/\x01", false },
                { __LINE__, "https://example.org\\@x", false },
                { __LINE__, "file:///etc/passwd", false },
                { __LINE__, "https://example.org/\"onload=", false },
                { __LINE__, "https://example.org/<b>", false },
                { __LINE__, "https://пример.рф/путь", true },
                { __LINE__, "", false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                if (page_link_is_safe(rows[i].url) != rows[i].expected)
                        print_error("row of line %d\n", rows[i].line);
                assert_int_equal(page_link_is_safe(rows[i].url), rows[i].expected);
        }
}

static void test_url_escape__leaves_nothing_that_ends_a_segment(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        page_write_event_path(&out, "a/b?c#d%e\"<>&' @example.org");
        assert_text(&out, "/event/a%2Fb%3Fc%23d%25e%22%3C%3E%26%27%20@example.org", __LINE__);
        url_escape(&out, "ё");
        assert_text(&out, "%D1%91", __LINE__);
}

static void test_url_unescape__reverses_it(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        static const struct {
                int line;
                const char *text, *expected; /* NULL: refused */
        } rows[] = {
                { __LINE__, "", "" },
                { __LINE__, "a/b", "a/b" },
                { __LINE__, "%D1%91%2f%25", "ё/%" },
                { __LINE__, "a%", NULL },
                { __LINE__, "a%2", NULL },
                { __LINE__, "%zz", NULL },
                { __LINE__, "a%00b", NULL },
                { __LINE__, "a+b", "a+b" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                bool is_text = url_unescape(&out, rows[i].text, strlen(rows[i].text));
                assert_int_equal(is_text, rows[i].expected != NULL);
                if (is_text)
                        assert_text(&out, rows[i].expected, rows[i].line);
                buffer_reset(&out);
        }
}

/* A text in another language than the page is marked; its quotations and dashes are those of print. */
static void test_page_write_text__marks_the_language(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        const PageView english = { .tag = "en" }, russian = { .tag = "ru" };
        page_write_text(&out, &english, "Зал «А «Б»» - <2>");
        assert_text(&out, "<span lang=\"ru\">Зал «А „Б“» — &#60;2&#62;</span>", __LINE__);
        page_write_text(&out, &russian, "Зал «А «Б»»");
        assert_text(&out, "Зал «А „Б“»", __LINE__);
        page_write_text(&out, &russian, "Hall - 2");
        assert_text(&out, "Hall - 2", __LINE__);
        page_write_option(&out, &english, "a\"b", true, NULL, "Зал");
        assert_text(&out, "<option value=\"a&#34;b\" lang=\"ru\" selected>Зал</option>\n", __LINE__);
        page_write_option(&out, &russian, "en", false, "en", "English");
        assert_text(&out, "<option value=\"en\" lang=\"en\">English</option>\n", __LINE__);
        page_write_lang(&out, &russian, "ru");
        page_write_lang(&out, &russian, "");
        assert_text(&out, "", __LINE__);
}

static void test_text_dates__months_weekdays_and_zones(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4096);
        static const CivilTime day = { 2021, 6, 24, 9, 30, 0 };
        static const struct {
                int line;
                const char *language;
                TextDate form;
                const char *expected;
        } rows[] = {
                { __LINE__, "ru", TEXT_DATE_MONTH, "июнь 2021" },
                { __LINE__, "en", TEXT_DATE_MONTH, "June 2021" },
                { __LINE__, "ru", TEXT_DATE_MONTH_NAME, "июнь" },
                { __LINE__, "ru", TEXT_DATE_WEEKDAY_NAME, "четверг" },
                { __LINE__, "en", TEXT_DATE_WEEKDAY_NAME, "Thursday" },
                { __LINE__, "ru", TEXT_DATE_WEEKDAY_SHORT, "чт" },
                { __LINE__, "en", TEXT_DATE_WEEKDAY_SHORT, "Thu" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                assert_int_equal(text_date(&out, rows[i].language, rows[i].form, &day), 0);
                assert_text(&out, rows[i].expected, rows[i].line);
        }
        CLEANUP(text_dates_freep) TextDates *dates = NULL;
        assert_int_equal(text_dates_new("ru", &dates), 0);
        assert_int_equal(text_dates_zone(dates, &out, "Asia/Yekaterinburg"), 0);
        assert_text(&out, "Екатеринбург", __LINE__);
        assert_int_equal(text_dates_zone(dates, &out, "Etc/GMT-3"), 0);
        assert_text(&out, "Etc/GMT-3", __LINE__);
        assert_int_equal(text_dates_zone(dates, &out, "UTC"), 0);
        assert_text(&out, "UTC", __LINE__);
}

static void test_qr_write__makes_a_picture_or_nothing(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024 * 1024);
        char text[4000];
        assert_int_equal(qr_write(&out, "webcal://example.org/all.ics", "\"<b>"), 0);
        assert_non_null(strstr(buffer_text(&out), "aria-label=\"&#34;&#60;b&#62;\""));
        assert_non_null(strstr(buffer_text(&out), "viewBox=\"0 0 37 37\""));
        buffer_reset(&out);
        memset(text, 'x', sizeof(text));
        for (size_t len = 1000; len < sizeof(text); len += 2999) {
                text[len] = '\0';
                assert_int_equal(qr_write(&out, text, ""), -EMSGSIZE);
                assert_int_equal(out.len, 0);
                text[len] = 'x';
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_html_escape__escapes_all_markup),
                cmocka_unit_test(test_page_link_is_safe__takes_web_addresses_only),
                cmocka_unit_test(test_url_escape__leaves_nothing_that_ends_a_segment),
                cmocka_unit_test(test_url_unescape__reverses_it),
                cmocka_unit_test(test_page_write_text__marks_the_language),
                cmocka_unit_test(test_text_dates__months_weekdays_and_zones),
                cmocka_unit_test(test_qr_write__makes_a_picture_or_nothing),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
