/* Changed copies of cards: unchanged lines are copied byte for byte. */

#include "contact/edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_BYTES = 65536 };

#define HEAD "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:visitor\r\n"
#define TAIL "END:VCARD\r\n"

static Card *parsed(const char *text, int line)
{
        Card *card = NULL;
        InputError error = { 0 };
        if (card_parse(text, strlen(text), &card, &error) != 0)
                print_error("row of line %d: %s: %s\n", line, error.where, error.message);
        assert_non_null(card);
        return card;
}

static void test_card_edit__changes_no_other_lines(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *before;
                CardChange changes[3];
                const char *after;
        } rows[] = {
                { __LINE__, HEAD "FN:A\r\n" TAIL, { { NULL, NULL } }, HEAD "FN:A\r\n" TAIL },
                { __LINE__, HEAD "FN:A\r\nLANG:ru\r\nNOTE:x\r\n" TAIL, { { "LANG", "en" } },
                                HEAD "FN:A\r\nLANG:en\r\nNOTE:x\r\n" TAIL },
                { __LINE__, HEAD "FN:A\r\n" TAIL, { { "LANG", "en" }, { "TZ", "Asia/Omsk" } },
                                HEAD "FN:A\r\nLANG:en\r\nTZ:Asia/Omsk\r\n" TAIL },
                { __LINE__, HEAD "FN:A\r\nlang;PREF=1:ru\r\nitem1.LANG;PREF=2:de\r\nNOTE:x\r\n" TAIL,
                                { { "LANG", "en" } }, HEAD "FN:A\r\nLANG:en\r\nNOTE:x\r\n" TAIL },
                { __LINE__, HEAD "FN:A\r\nitem1.TZ:Asia/Omsk\r\nitem1.X-ABLabel:y\r\n" TAIL,
                                { { "TZ", "UTC" } },
                                HEAD "FN:A\r\nitem1.TZ:UTC\r\nitem1.X-ABLabel:y\r\n" TAIL },
                { __LINE__, HEAD "FN:A\r\nX-CONVENED-QUIET:22:00-07:00\r\nNOTE:x\r\n" TAIL,
                                { { "X-CONVENED-QUIET", NULL } }, HEAD "FN:A\r\nNOTE:x\r\n" TAIL },
                { __LINE__, HEAD "FN:A\r\n" TAIL, { { "TZ", NULL } }, HEAD "FN:A\r\n" TAIL },
                { __LINE__, HEAD "FN:A\r\nX-W;PREF=3:old\r\nNOTE:x\r\n" TAIL,
                                { { "X-W;PREF=1", "a" }, { "X-W;PREF=2", "b" } },
                                HEAD "FN:A\r\nX-W;PREF=1:a\r\nX-W;PREF=2:b\r\nNOTE:x\r\n" TAIL },
                { __LINE__, HEAD "FN:A\r\nREV:20200101T000000Z\r\n" TAIL, { { "LANG", "en" } },
                                HEAD "FN:A\r\nREV:19700101T000001Z\r\nLANG:en\r\n" TAIL },
                { __LINE__, HEAD "FN:A\r\nNOTE:folded\r\n  \xd1\r\n \x8f line\r\n" TAIL,
                                { { "NOTE2", "a;b,c\\d\ne" } },
                                HEAD "FN:A\r\nNOTE:folded\r\n  \xd1\r\n \x8f line\r\n"
                                     "NOTE2:a\\;b\\,c\\\\d\\ne\r\n" TAIL },
                { __LINE__, "BEGIN:VCARD\nVERSION:3.0\nUID:v\nFN:A\nTZ:+03:00\nEND:VCARD\n",
                                { { "TZ", "UTC" }, { "LANG", "en" } },
                                "BEGIN:VCARD\nVERSION:3.0\nUID:v\nFN:A\nTZ:UTC\nX-LANG:en\nEND:VCARD\n" },
                { __LINE__, "BEGIN:VCARD\nVERSION:3.0\nUID:v\nFN:A\nX-LANG:ru\nLANG:de\nX-LANG:it\nEND:VCARD\n",
                                { { "LANG;X-A=b", "en" } },
                                "BEGIN:VCARD\nVERSION:3.0\nUID:v\nFN:A\nX-LANG;X-A=b:en\nEND:VCARD\n" },
                { __LINE__, "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:v\r\nFN:A\r\nEND:VCARD", { { "LANG", "en" } },
                                "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:v\r\nFN:A\r\nLANG:en\r\nEND:VCARD" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(card_freep) Card *card = parsed(rows[i].before, rows[i].line);
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(MAX_BYTES);
                card_edit(card, rows[i].changes, USEC_PER_SEC, &out);
                assert_int_equal(buffer_error(&out), 0);
                if (strcmp(buffer_text(&out), rows[i].after) != 0)
                        print_error("row of line %d: %s", rows[i].line, buffer_text(&out));
                assert_string_equal(buffer_text(&out), rows[i].after);
                CLEANUP(card_freep) Card *again = parsed(buffer_text(&out), rows[i].line);
                assert_string_equal(card_uid(again), card_uid(card));
        }
}

/* No value can begin another content line. */
static void test_card_edit__values_begin_no_line(void **state)
{
        (void)state;
        CLEANUP(card_freep) Card *card = parsed(HEAD "FN:A\r\n" TAIL, __LINE__);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(MAX_BYTES);
        const CardChange changes[] = { { "TZ", "UTC\r\nX-CONVENED-REMINDERS:OFF" }, { NULL, NULL } };
        card_edit(card, changes, 0, &out);
        assert_int_equal(buffer_error(&out), 0);
        CLEANUP(card_freep) Card *again = parsed(buffer_text(&out), __LINE__);
        assert_false(card_reminders_off(again));
        assert_string_equal(card_zone_name(again), "UTC\nX-CONVENED-REMINDERS:OFF");
}

static void test_card_edit__too_much_is_latched(void **state)
{
        (void)state;
        CLEANUP(card_freep) Card *card = parsed(HEAD "FN:A\r\n" TAIL, __LINE__);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(32);
        card_edit(card, (const CardChange[]){ { "LANG", "en" }, { NULL, NULL } }, 0, &out);
        assert_true(buffer_error(&out) < 0);
}

static void test_card_compose__the_card_can_be_read_back(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(MAX_BYTES);
        const CardChange properties[] = {
                { "UID", "someone" },
                { "FN", "visitor@example.org" },
                { "EMAIL", "visitor@example.org" },
                { "TZ", NULL },
                { "LANG", "ru" },
                { NULL, NULL },
        };
        card_compose(properties, &out);
        assert_string_equal(buffer_text(&out),
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:someone\r\nFN:visitor@example.org\r\n"
                        "EMAIL:visitor@example.org\r\nLANG:ru\r\nEND:VCARD\r\n");
        CLEANUP(card_freep) Card *card = parsed(buffer_text(&out), __LINE__);
        assert_string_equal(card_email(card), "visitor@example.org");
        assert_string_equal(card_language(card), "ru");
}

/* The office imports a card again: the reader's choices are kept, also the choice of no value. */
static void test_card_keep_chosen__of_the_reader(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *kept, *card, *merged;
        } rows[] = {
                { __LINE__, HEAD "FN:A\r\nLANG:en\r\n" TAIL, HEAD "FN:B\r\nLANG:ru\r\n" TAIL,
                                HEAD "FN:B\r\nLANG:ru\r\n" TAIL },
                { __LINE__,
                                HEAD "FN:A\r\nLANG:en\r\nX-CONVENED-QUIET:22:00-07:00\r\n" CARD_CHOSEN
                                     ":LANG X-CONVENED-QUIET\r\n" TAIL,
                                HEAD "FN:B\r\nLANG:ru\r\nTZ:UTC\r\n" TAIL,
                                HEAD
                                "FN:B\r\nTZ:UTC\r\nLANG:en\r\nX-CONVENED-QUIET:22:00-07:00\r\n" CARD_CHOSEN
                                ":LANG X-CONVENED-QUIET\r\n" TAIL },
                { __LINE__, HEAD "FN:A\r\n" CARD_CHOSEN ":X-CONVENED-DIGEST\r\n" TAIL,
                                HEAD "X-CONVENED-DIGEST:DAILY@08:00\r\nFN:B\r\n" TAIL,
                                HEAD "FN:B\r\n" CARD_CHOSEN ":X-CONVENED-DIGEST\r\n" TAIL },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(card_freep) Card *kept = parsed(rows[i].kept, rows[i].line);
                CLEANUP(card_freep) Card *card = parsed(rows[i].card, rows[i].line);
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(MAX_BYTES), twice = BUFFER_INIT(MAX_BYTES);
                card_keep_chosen(card, kept, &out);
                assert_int_equal(buffer_error(&out), 0);
                if (strcmp(buffer_text(&out), rows[i].merged) != 0)
                        fail_msg("row of line %d: %s", rows[i].line, buffer_text(&out));
                CLEANUP(card_freep) Card *merged = parsed(buffer_text(&out), rows[i].line);
                card_keep_chosen(card, merged, &twice);
                assert_string_equal(buffer_text(&twice), rows[i].merged);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_card_edit__changes_no_other_lines),
                cmocka_unit_test(test_card_edit__values_begin_no_line),
                cmocka_unit_test(test_card_edit__too_much_is_latched),
                cmocka_unit_test(test_card_compose__the_card_can_be_read_back),
                cmocka_unit_test(test_card_keep_chosen__of_the_reader),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
