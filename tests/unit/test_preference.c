/* Tests the mail preferences in a contact's card: accepted and refused values. */

#include "contact/preference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_digest_parse__reads_what_it_writes(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *again; /* NULL: refused */
        } rows[] = {
                { __LINE__, "DAILY@08:00", "DAILY@08:00" },
                { __LINE__, "daily@23:59", "DAILY@23:59" },
                { __LINE__, "WEEKLY-MO@07:30", "WEEKLY-MO@07:30" },
                { __LINE__, "weekly-su@00:00", "WEEKLY-SU@00:00" },
                { __LINE__, "", NULL },
                { __LINE__, "DAILY", NULL },
                { __LINE__, "DAILY@8:00", NULL },
                { __LINE__, "DAILY@24:00", NULL },
                { __LINE__, "DAILY@08:60", NULL },
                { __LINE__, "DAILY@08:00 ", NULL },
                { __LINE__, "DAILY@-8:00", NULL },
                { __LINE__, "DAILY@ 8:00", NULL },
                { __LINE__, "WEEKLY@08:00", NULL },
                { __LINE__, "WEEKLY-XX@08:00", NULL },
                { __LINE__, "MONTHLY@08:00", NULL },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                DigestWish wish = { .period = DIGEST_NONE };
                char text[PREFERENCE_TEXT_SIZE];
                int r = digest_parse(rows[i].text, &wish);
                digest_format(&wish, text);
                if ((r == 0) != (rows[i].again != NULL) ||
                                strcmp(text, rows[i].again ? rows[i].again : "") != 0)
                        fail_msg("row of line %d: '%s' gives '%s'", rows[i].line, rows[i].text, text);
        }
}

static void test_quiet_parse__reads_what_it_writes(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text;
                bool good;
        } rows[] = {
                { __LINE__, "22:00-07:00", true },
                { __LINE__, "00:00-23:59", true },
                { __LINE__, "12:00-12:00", false },
                { __LINE__, "22:00", false },
                { __LINE__, "22:00-", false },
                { __LINE__, "22-07", false },
                { __LINE__, "22:00-07:00x", false },
                { __LINE__, "22:00-25:00", false },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                QuietHours hours;
                char text[PREFERENCE_TEXT_SIZE] = "";
                int r = quiet_parse(rows[i].text, &hours);
                if (r == 0)
                        quiet_format(&hours, text);
                if ((r == 0) != rows[i].good || (rows[i].good && strcmp(text, rows[i].text) != 0))
                        fail_msg("row of line %d: '%s' gives '%s'", rows[i].line, rows[i].text, text);
        }
}

static void test_quiet_has__ends_are_half_open_also_over_midnight(void **state)
{
        (void)state;
        QuietHours night, noon;
        assert_int_equal(quiet_parse("22:00-07:00", &night), 0);
        assert_int_equal(quiet_parse("12:00-13:00", &noon), 0);
        assert_true(quiet_has(&night, 22 * 60));
        assert_true(quiet_has(&night, 0));
        assert_true(quiet_has(&night, 7 * 60 - 1));
        assert_false(quiet_has(&night, 7 * 60));
        assert_false(quiet_has(&night, 22 * 60 - 1));
        assert_true(quiet_has(&noon, 12 * 60));
        assert_false(quiet_has(&noon, 13 * 60));
        assert_false(quiet_has(&noon, 0));
}

static void parse(const char *line, Card **ret, int expected)
{
        char text[256];
        InputError error = { 0 };
        snprintf(text, sizeof(text), "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:u\r\nFN:Guest\r\n%sEND:VCARD\r\n",
                        line);
        assert_int_equal(card_parse_strict(text, strlen(text), ret, &error), expected);
        if (expected)
                assert_int_equal(error.line, 5);
}

static void test_card__reads_the_mail_preferences(void **state)
{
        (void)state;
        CLEANUP(card_freep) Card *card = NULL, *plain = NULL, *bad = NULL;
        QuietHours hours;
        parse("X-CONVENED-DIGEST:WEEKLY-FR@09:15\r\nX-CONVENED-QUIET:21:00-08:00\r\n", &card, 0);
        DigestWish wish = card_digest(card);
        assert_int_equal(wish.period, DIGEST_WEEKLY);
        assert_int_equal(wish.weekday, 5);
        assert_int_equal(wish.minutes, 9 * 60 + 15);
        assert_true(card_quiet(card, &hours));
        assert_int_equal(hours.from, 21 * 60);
        parse("", &plain, 0);
        assert_int_equal(card_digest(plain).period, DIGEST_NONE);
        assert_false(card_quiet(plain, &hours));
        parse("X-CONVENED-DIGEST:HOURLY\r\n", &bad, CARD_E_INVALID);
        parse("X-CONVENED-QUIET:night\r\n", &bad, CARD_E_INVALID);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_digest_parse__reads_what_it_writes),
                cmocka_unit_test(test_quiet_parse__reads_what_it_writes),
                cmocka_unit_test(test_quiet_has__ends_are_half_open_also_over_midnight),
                cmocka_unit_test(test_card__reads_the_mail_preferences),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
