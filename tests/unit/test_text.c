#include "base/text-dates.h"
#include "base/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const CivilTime day = { 2021, 6, 24, 9, 30, 0 };

static void assert_text(Buffer *buffer, const char *expected, int line)
{
        if (strcmp(buffer_text(buffer), expected) != 0)
                print_error("row of line %d: '%s', expected '%s'\n", line, buffer_text(buffer), expected);
        assert_string_equal(buffer_text(buffer), expected);
        buffer_reset(buffer);
}

static void test_text_date__reads_as_the_language_writes(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        static const struct {
                int line;
                const char *language, *expected;
                TextDate form;
        } rows[] = {
                { __LINE__, "ru", "24\u00a0июня 2021\u00a0г.", TEXT_DATE_LONG },
                { __LINE__, "ru", "четверг, 24\u00a0июня 2021\u00a0г.", TEXT_DATE_WEEKDAY },
                { __LINE__, "ru", "24\u00a0июня", TEXT_DATE_DAY },
                { __LINE__, "ru", "09:30", TEXT_TIME },
                { __LINE__, "ru", "24\u00a0июня 2021\u00a0г., 09:30", TEXT_DATE_TIME },
                { __LINE__, "en", "24\u00a0June 2021", TEXT_DATE_LONG },
                { __LINE__, "en", "Thursday, 24\u00a0June 2021", TEXT_DATE_WEEKDAY },
                { __LINE__, "ru-RU", "июнь 2021", TEXT_DATE_MONTH },
                { __LINE__, "ru", "июнь", TEXT_DATE_MONTH_NAME },
                { __LINE__, "ru", "четверг", TEXT_DATE_WEEKDAY_NAME },
                { __LINE__, "ru", "чт", TEXT_DATE_WEEKDAY_SHORT },
                { __LINE__, "en", "24\u00a0June 2021, 09:30", TEXT_DATE_TIME },
                { __LINE__, "en", "June 2021", TEXT_DATE_MONTH },
                { __LINE__, "en", "Thu", TEXT_DATE_WEEKDAY_SHORT },
                { __LINE__, "xx", "24\u00a0June", TEXT_DATE_DAY },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                assert_int_equal(text_date(&out, rows[i].language, rows[i].form, &day), 0);
                assert_text(&out, rows[i].expected, rows[i].line);
        }
}

static void test_text_date_range__joins_what_is_the_same(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        static const struct {
                int line;
                const char *language, *expected;
                CivilTime last;
        } rows[] = {
                { __LINE__, "ru", "24–25\u00a0июня 2021\u00a0г.", { 2021, 6, 25, 0, 0, 0 } },
                { __LINE__, "ru", "24\u00a0июня\u00a0– 2\u00a0июля 2021\u00a0г.", { 2021, 7, 2, 0, 0, 0 } },
                { __LINE__, "ru", "24\u00a0июня 2021\u00a0г.", { 2021, 6, 24, 0, 0, 0 } },
                { __LINE__, "ru", "24\u00a0июня 2021\u00a0г.\u00a0– 2\u00a0января 2022\u00a0г.",
                                { 2022, 1, 2, 0, 0, 0 } },
                { __LINE__, "en", "24\u00a0June 2021", { 2021, 6, 24, 23, 0, 0 } },
                { __LINE__, "en", "24–25\u00a0June 2021", { 2021, 6, 25, 0, 0, 0 } },
                { __LINE__, "en", "24\u00a0June\u00a0– 2\u00a0July 2021", { 2021, 7, 2, 0, 0, 0 } },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                assert_int_equal(text_date_range(&out, rows[i].language, &day, &rows[i].last), 0);
                assert_text(&out, rows[i].expected, rows[i].line);
        }
}

static void test_text_date_span__says_the_day_once(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        static const struct {
                int line;
                const char *language, *expected;
                CivilTime end;
        } rows[] = {
                { __LINE__, "ru", "24\u00a0июня 2021\u00a0г., 09:30–11:00", { 2021, 6, 24, 11, 0, 0 } },
                { __LINE__, "en", "24\u00a0June 2021, 09:30–11:00", { 2021, 6, 24, 11, 0, 0 } },
                { __LINE__, "en", "24\u00a0June 2021, 09:30", { 2021, 6, 24, 9, 30, 0 } },
                { __LINE__, "en", "24\u00a0June 2021, 09:30\u00a0– 25\u00a0June 2021, 11:00",
                                { 2021, 6, 25, 11, 0, 0 } },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                assert_int_equal(text_date_span(&out, rows[i].language, &day, &rows[i].end), 0);
                assert_text(&out, rows[i].expected, rows[i].line);
        }
}

static void test_text_language_name__is_the_readers_word(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        static const struct {
                int line;
                const char *language, *named, *expected;
        } rows[] = {
                { __LINE__, "ru", "en", "английский" },
                { __LINE__, "en", "ru-RU", "Russian" },
                { __LINE__, "ru", "ru", "русский" },
                { __LINE__, "en", "zz", "zz" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                assert_int_equal(text_language_name(&out, rows[i].language, rows[i].named), 0);
                assert_text(&out, rows[i].expected, rows[i].line);
        }
}

static void test_text_capital__of_any_script(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        assert_int_equal(text_capital(&out, "события"), 0);
        assert_text(&out, "События", __LINE__);
        assert_int_equal(text_capital(&out, "a.ics"), 0);
        assert_text(&out, "A.ics", __LINE__);
        assert_int_equal(text_capital(&out, ""), 0);
        assert_text(&out, "", __LINE__);
}

static void test_text_plain_blanks__takes_no_break_spaces_out(void **state)
{
        (void)state;
        char text[] = "24\u00a0июня 2021\u00a0г.\u00a0";
        text_plain_blanks(text);
        assert_string_equal(text, "24 июня 2021 г. ");
}

static void test_text_message__knows_russian_plurals(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        static const char pattern[] =
                        "Через {n, plural, other {# дней} one {# день} few {# дня} =0 {миг}}: {what}";
        static const struct {
                int line;
                int64_t n;
                const char *expected;
        } rows[] = {
                { __LINE__, 0, "Через миг: сессия" },
                { __LINE__, 1, "Через 1\u00a0день: сессия" },
                { __LINE__, 2, "Через 2\u00a0дня: сессия" },
                { __LINE__, 5, "Через 5\u00a0дней: сессия" },
                { __LINE__, 11, "Через 11\u00a0дней: сессия" },
                { __LINE__, 21, "Через 21\u00a0день: сессия" },
                { __LINE__, 104, "Через 104\u00a0дня: сессия" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                const TextArgument arguments[] = { { "n", NULL, rows[i].n }, { "what", "сессия", 0 },
                        { NULL, NULL, 0 } };
                assert_int_equal(text_message(&out, "ru", pattern, arguments), 0);
                assert_text(&out, rows[i].expected, rows[i].line);
        }
}

static void test_text_message__refuses_bad_patterns_and_appends_nothing(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        static const char *const patterns[] = { "{missing}", "{n", "{n, plural, one {x}}",
                "{n, select, a {b}}", "x {what, plural, other {y}}" };
        const TextArgument arguments[] = { { "n", NULL, 5 }, { "what", "x", 0 }, { NULL, NULL, 0 } };
        for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
                assert_true(text_message(&out, "ru", patterns[i], arguments) < 0);
                assert_string_equal(buffer_text(&out), "");
        }
}

static void test_text_message__takes_text_as_it_stands(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        const TextArgument arguments[] = { { "what", "{n, plural, one {#}} # {what}", 0 },
                { NULL, NULL, 0 } };
        assert_int_equal(text_message(&out, "en", "<{what}>", arguments), 0);
        assert_text(&out, "<{n, plural, one {#}} # {what}>", __LINE__);
}

static void test_text_fold__equal_words_match(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        assert_int_equal(text_fold(&out, "Артём ЁЛКА Straße ﬁ"), 0);
        assert_text(&out, "артем елка strasse fi", __LINE__);
        buffer_reset(&out);
        assert_int_equal(text_fold(&out, "За\u0301мок и замо\u0301к, Cafe\u0301, и\u0306од"), 0);
        assert_text(&out, "замок и замок, café, йод", __LINE__);
}

static void test_text_fold__grows_as_the_text_needs(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(65536);
        char text[3 * 200 + 1] = "";
        for (size_t i = 0; i < 200; i++)
                memcpy(text + 3 * i, "\xEF\xB7\xBA", 3);
        assert_int_equal(text_fold(&out, text), 0);
        /* U+FDFA decomposes to four Arabic words: 18 characters with the blanks, 33 octets. */
        assert_int_equal(out.len, 200 * 33);
        buffer_reset(&out);
        assert_int_equal(text_fold(&out, ""), 0);
        assert_text(&out, "", __LINE__);
}

static void test_text_fold__refuses_invalid_text(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
        assert_int_equal(text_fold(&out, "a\xFF"), -EINVAL);
        assert_text(&out, "", __LINE__);
}

static void test_text_language__weighs(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *header, *expected;
        } rows[] = {
                { __LINE__, "ru-RU,ru;q=0.9,en;q=0.8", "ru" },
                { __LINE__, "en;q=0.9, ru;q=0.3", "en" },
                { __LINE__, "de, en;q=0.5", "en" },
                { __LINE__, "de", "fallback" },
                { __LINE__, NULL, "fallback" },
                { __LINE__, "", "fallback" },
                { __LINE__, "rux, en;q=0", "fallback" },
                { __LINE__, ",,,;q=,ru", "ru" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                const char *found = text_language(rows[i].header, "fallback");
                if (strcmp(found, rows[i].expected) != 0)
                        print_error("row of line %d\n", rows[i].line);
                assert_string_equal(found, rows[i].expected);
        }
}

static void test_text_zone_from_windows__maps_by_cldr(void **state)
{
        (void)state;
        char zone[64];
        assert_int_equal(text_zone_from_windows("Russian Standard Time", zone, sizeof(zone)), 0);
        assert_string_equal(zone, "Europe/Moscow");
        assert_int_equal(text_zone_from_windows("W. Europe Standard Time", zone, sizeof(zone)), 0);
        assert_string_equal(zone, "Europe/Berlin");
        assert_int_equal(text_zone_from_windows("Martian Standard Time", zone, sizeof(zone)), -ENOENT);
        assert_int_equal(text_zone_from_windows("", zone, sizeof(zone)), -ENOENT);
}

static void test_text_zone__names_the_place_and_its_offset(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *language, *name;
                int offset;
                const char *expected;
        } cases[] = {
                { __LINE__, "ru", "Europe/Moscow", 10800, "Москва, UTC+3" },
                { __LINE__, "en", "Europe/Moscow", 10800, "Moscow, UTC+3" },
                { __LINE__, "ru", "Asia/Yekaterinburg", 18000, "Екатеринбург, UTC+5" },
                { __LINE__, "ru", "Europe/Ulyanovsk", 14400, "Ульяновск, UTC+4" },
                { __LINE__, "en", "Asia/Kolkata", 19800, "Kolkata, UTC+5:30" },
                { __LINE__, "en", "America/New_York", -14400, "New York, UTC\u22124" },
                { __LINE__, "ru", "UTC", 0, "UTC" },
                { __LINE__, "en", "Etc/GMT-3", 10800, "UTC+3" },
                { __LINE__, "ru", "Office/Custom", 7200, "Office/Custom, UTC+2" },
                { __LINE__, "ru", "The office's own", 7200, "The office's own, UTC+2" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1024);
                int r = text_zone(&out, cases[i].language, cases[i].name, cases[i].offset);
                if (r != 0 || strcmp(buffer_text(&out), cases[i].expected) != 0)
                        fail_msg("row of line %d: %s", cases[i].line, buffer_text(&out));
        }
}

static void test_text_width__counts_cells(void **state)
{
        (void)state;
        assert_int_equal(text_width(""), 0);
        assert_int_equal(text_width("24–25 мая"), 9);
        assert_int_equal(text_width("и\u0306"), 1);
        assert_int_equal(text_width("東京"), 4);
}

static void test_text_has_word__is_not_a_part(void **state)
{
        (void)state;
        assert_true(text_has_word("550 <Ann@x.org>: no", "ann@x.org", strcasestr));
        assert_false(text_has_word("550 <Ann@x.org>: no", "ann@x.org", strstr));
        assert_true(text_has_word("joann@x.org, ann@x.org.", "ann@x.org", strstr));
        assert_false(text_has_word("joann@x.org ann@x.org.uk", "ann@x.org", strstr));
        assert_false(text_has_word("a", "", strstr));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_text_date__reads_as_the_language_writes),
                cmocka_unit_test(test_text_date_range__joins_what_is_the_same),
                cmocka_unit_test(test_text_date_span__says_the_day_once),
                cmocka_unit_test(test_text_language_name__is_the_readers_word),
                cmocka_unit_test(test_text_capital__of_any_script),
                cmocka_unit_test(test_text_plain_blanks__takes_no_break_spaces_out),
                cmocka_unit_test(test_text_message__knows_russian_plurals),
                cmocka_unit_test(test_text_message__refuses_bad_patterns_and_appends_nothing),
                cmocka_unit_test(test_text_message__takes_text_as_it_stands),
                cmocka_unit_test(test_text_fold__equal_words_match),
                cmocka_unit_test(test_text_fold__grows_as_the_text_needs),
                cmocka_unit_test(test_text_fold__refuses_invalid_text),
                cmocka_unit_test(test_text_language__weighs),
                cmocka_unit_test(test_text_zone_from_windows__maps_by_cldr),
                cmocka_unit_test(test_text_zone__names_the_place_and_its_offset),
                cmocka_unit_test(test_text_width__counts_cells),
                cmocka_unit_test(test_text_has_word__is_not_a_part),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
