#include "base/collation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool matches(Collation collation, CollationMatch match, const char *text, const char *pattern)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(4096), folded_pattern = BUFFER_INIT(4096);
        collation_fold(collation, text, strlen(text), &folded);
        collation_fold(collation, pattern, strlen(pattern), &folded_pattern);
        assert_int_equal(buffer_error(&folded) | buffer_error(&folded_pattern), 0);
        return collation_matches(match, buffer_text(&folded), folded.len, buffer_text(&folded_pattern),
                        folded_pattern.len);
}

static void test_collation_find__knows_three_and_no_pattern(void **state)
{
        (void)state;
        Collation found;
        for (int i = 0; i < COLLATIONS_N; i++) {
                assert_true(collation_find(collation_name((Collation)i), &found));
                assert_int_equal(found, i);
        }
        assert_false(collation_find("i;*", &found));
        assert_false(collation_find("i;basic", &found));
        assert_false(collation_find("", &found));
}

static void test_collation_matches__as_each_collation_defines(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *pattern;
                bool ascii, octet, unicode; /* contains */
        } rows[] = {
                { __LINE__, "Site visit", "visit", true, true, true },
                { __LINE__, "Site visit", "VISIT", true, false, true },
                { __LINE__, "Site visit", "", true, true, true },
                { __LINE__, "Site visit", "visits", false, false, false },
                { __LINE__, "Сессия", "сессия", false, false, true },
                { __LINE__, "Сессия", "Сесси", true, true, true },
                { __LINE__, "ВЫЁМКА", "выёмка", false, false, true },
                { __LINE__, "caf\u00e9", "cafe\u0301", false, false, true },
                { __LINE__, "caf\u00e9", "cafe", false, false, true },
                { __LINE__, "\ufb01le", "file", false, false, true },
                { __LINE__, "\uff26ile", "File", false, false, true },
                { __LINE__, "\u1e9b\u0323", "S", false, false, true },
                { __LINE__, "stra\u00dfe", "STRASSE", false, false, false },
                { __LINE__, "\uac01", "\uac00", false, false, false },
                { __LINE__, "\uac01", "\uac01", true, true, true },
                { __LINE__, "\u01c6", "\u01c4", false, false, true },
                { __LINE__, "a\xff\xfe", "A\xff", true, false, true },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                const bool expected[COLLATIONS_N] = { rows[i].ascii, rows[i].octet, rows[i].unicode };
                for (int k = 0; k < COLLATIONS_N; k++) {
                        bool found = matches(
                                        (Collation)k, COLLATION_CONTAINS, rows[i].text, rows[i].pattern);
                        if (found != expected[k])
                                print_error("row of line %d: %s\n", rows[i].line,
                                                collation_name((Collation)k));
                        assert_int_equal(found, expected[k]);
                }
        }
}

static void test_collation_matches__at_the_place_that_is_asked_for(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *pattern;
                bool contains, equals, starts, ends;
        } rows[] = {
                { __LINE__, "Ivanova", "ivan", true, false, true, false },
                { __LINE__, "Ivanova", "OVA", true, false, false, true },
                { __LINE__, "Ivanova", "ivanova", true, true, true, true },
                { __LINE__, "Ivanova", "vano", true, false, false, false },
                { __LINE__, "Ivanova", "ivanovas", false, false, false, false },
                { __LINE__, "", "", true, true, true, true },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                const bool expected[] = { [COLLATION_CONTAINS] = rows[i].contains,
                        [COLLATION_EQUALS] = rows[i].equals,
                        [COLLATION_STARTS_WITH] = rows[i].starts,
                        [COLLATION_ENDS_WITH] = rows[i].ends };
                for (int match = 0; match < 4; match++) {
                        bool found = matches(COLLATION_ASCII, (CollationMatch)match, rows[i].text,
                                        rows[i].pattern);
                        if (found != expected[match])
                                print_error("row of line %d: match %d\n", rows[i].line, match);
                        assert_int_equal(found, expected[match]);
                }
        }
}

static void test_collation_fold__leaves_no_character_unfolded(void **state)
{
        (void)state;
        for (uint32_t c = 0x80; c < 0x2000; c++) {
                CLEANUP(buffer_done) Buffer once = BUFFER_INIT(256), twice = BUFFER_INIT(256);
                char text[4] = { (char)(c < 0x800 ? 0xC0 | c >> 6 : 0xE0 | c >> 12),
                        (char)(0x80 | (c < 0x800 ? c & 0x3F : c >> 6 & 0x3F)),
                        (char)(c < 0x800 ? 0 : 0x80 | (c & 0x3F)), 0 };
                collation_fold(COLLATION_UNICODE, text, strlen(text), &once);
                collation_fold(COLLATION_UNICODE, buffer_text(&once), once.len, &twice);
                if (strcmp(buffer_text(&once), buffer_text(&twice)) != 0)
                        print_error("U+%04X\n", (unsigned)c);
                assert_string_equal(buffer_text(&once), buffer_text(&twice));
        }
}

static void test_collation_fold__grows_by_its_factor_at_most(void **state)
{
        (void)state;
        for (uint32_t c = 0x80; c < 0x110000; c++) {
                CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(256);
                char text[5] = "";
                size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
                for (size_t i = len - 1; i > 0; i--)
                        text[i] = (char)(0x80 | (c >> (6 * (len - 1 - i)) & 0x3F));
                text[0] = (char)((len == 2 ? 0xC0 : len == 3 ? 0xE0 : 0xF0) | c >> (6 * (len - 1)));
                collation_fold(COLLATION_UNICODE, text, len, &folded);
                if (folded.len > len * COLLATION_GROWTH_MAX)
                        fail_msg("U+%04X: %zu", (unsigned)c, folded.len);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_collation_find__knows_three_and_no_pattern),
                cmocka_unit_test(test_collation_matches__as_each_collation_defines),
                cmocka_unit_test(test_collation_matches__at_the_place_that_is_asked_for),
                cmocka_unit_test(test_collation_fold__leaves_no_character_unfolded),
                cmocka_unit_test(test_collation_fold__grows_by_its_factor_at_most),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
