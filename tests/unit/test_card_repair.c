#include "contact/card.h"
#include "contact/repair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The lines of vCard 2.1 and what they are in version 3.0 (RFC 2426, 5). */
static const struct {
        int line;
        const char *given, *expected;
} rows[] = {
        /* an old telephone: quoted-printable with soft line breaks, and no UID */
        { __LINE__,
                        "VERSION:2.1\r\n"
                        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=AF;=D0=98=\r\n=D0=98;;;\r\n"
                        "TEL;CELL:+7999\r\nEMAIL;INTERNET:A@example.org\r\n",
                        "VERSION:3.0\r\nN:Я;ИИ;;;\r\nTEL;TYPE=CELL:+7999\r\nEMAIL;TYPE=INTERNET:A@example.org\r\n"
                        "FN:ИИ Я\r\nUID:e16bfe08be114c7b3737aa01ce504ebc@import.invalid\r\n" },
        /* Outlook: a Windows charset, several types, a list in one component, and lines in an address */
        { __LINE__,
                        "VERSION:2.1\r\nN;LANGUAGE=ru;CHARSET=windows-1251:\xD2;\xC0\r\nFN;CHARSET=windows-1251:\xC0 \xD2\r\n"
                        "ADR;WORK;PREF;ENCODING=QUOTED-PRINTABLE:;;A=0D=0AB, C;;;;\r\nUID:x\r\n",
                        "VERSION:3.0\r\nN;LANGUAGE=ru:Т;А\r\nFN:А Т\r\nADR;TYPE=WORK;TYPE=PREF:;;A\\nB\\, C;;;;\r\nUID:x\r\n" },
        /* Google and iCloud: version 3.0 without a UID keeps its lines */
        { __LINE__, "VERSION:3.0\r\nFN:J Smith\r\nN:Smith;J;;;\r\nitem1.EMAIL;type=pref:a@example.org\r\n",
                        "VERSION:3.0\r\nFN:J Smith\r\nN:Smith;J;;;\r\nitem1.EMAIL;type=pref:a@example.org\r\n"
                        "UID:e16bfe08be114c7b3737aa01ce504ebc@import.invalid\r\n" },
        /* the agent's card within the card (vCard 2.1, 2.5.3), and the form of RFC 2426, 3.5.4 */
        { __LINE__,
                        "VERSION:2.1\r\nFN:A\r\nUID:x\r\nAGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\n"
                        "N;ENCODING=QUOTED-PRINTABLE:=D0=AF;B\r\nEMAIL;INTERNET:b@example.org\r\nEND:VCARD\r\n"
                        "TEL;CELL:+7999\r\n",
                        "VERSION:3.0\r\nFN:A\r\nUID:x\r\nAGENT:BEGIN:VCARD\\nVERSION:3.0\\nN:Я\\;B\\n"
                        "EMAIL\\;TYPE=INTERNET:b@example.org\\nEND:VCARD\r\nTEL;TYPE=CELL:+7999\r\n" },
        { __LINE__,
                        "VERSION:3.0\r\nFN:A\r\nUID:x\r\nitem1.agent;X=1: begin:vcard \r\nFN:B\r\nAGENT:\r\n\r\n"
                        "BEGIN:VCARD\r\nFN:C\r\nEND:VCARD\r\nEND:VCARD\r\nEMAIL:a@example.org\r\n",
                        "VERSION:3.0\r\nFN:A\r\nUID:x\r\nitem1.agent;X=1:BEGIN:VCARD\\nFN:B\\nAGENT:\\n\\nBEGIN:VCARD\\n"
                        "FN:C\\nEND:VCARD\\nEND:VCARD\r\nEMAIL:a@example.org\r\n" },
        { __LINE__,
                        "VERSION:3.0\r\nFN:A\r\nUID:x\r\nAGENT:BEGIN:VCARD\r\nFN:B\r\nAGENT:BEGIN:VCARD\r\nFN:C\r\n"
                        "END:VCARD\r\nEND:VCARD\r\nTEL:1\r\n",
                        "VERSION:3.0\r\nFN:A\r\nUID:x\r\nAGENT:BEGIN:VCARD\\nFN:B\\nAGENT:BEGIN:VCARD\\nFN:C\\n"
                        "END:VCARD\\nEND:VCARD\r\nTEL:1\r\n" },
        { __LINE__, "VERSION:3.0\r\nFN:A\r\nUID:x\r\nAGENT:\r\nAGENT;VALUE=uri:cid:b\r\nTZ:\r\n",
                        "VERSION:3.0\r\nFN:A\r\nUID:x\r\nAGENT:\r\nAGENT;VALUE=uri:cid:b\r\n" },
        /* a body without a name */
        { __LINE__, "VERSION:4.0\r\nORG:ACME;Sales\r\nUID:x\r\n",
                        "VERSION:4.0\r\nORG:ACME;Sales\r\nUID:x\r\nFN:ACME\r\n" },
        /* Google: a contact that has only an address */
        { __LINE__, "VERSION:3.0\r\nFN:\r\nN:;;;;\r\nEMAIL;TYPE=INTERNET:a@example.org\r\nUID:x\r\n",
                        "VERSION:3.0\r\nN:;;;;\r\nEMAIL;TYPE=INTERNET:a@example.org\r\nUID:x\r\nFN:a@example.org\r\n" },
        /* an address with more beside it, and no version */
        { __LINE__, "FN:A\r\nEMAIL: a@example.org \r\nUID:x\r\n",
                        "VERSION:3.0\r\nFN:A\r\nEMAIL:a@example.org\r\nUID:x\r\n" },
        { __LINE__, "VERSION:4.0\r\nFN:A\r\nEMAIL;PREF=1:MAILTO:a@example.org\r\nUID:x\r\n",
                        "VERSION:4.0\r\nFN:A\r\nEMAIL;PREF=1:a@example.org\r\nUID:x\r\n" },
        { __LINE__, "VERSION:3.0\r\nFN:A\r\nEMAIL:A B <a@example.org>\r\nUID:x\r\n",
                        "VERSION:3.0\r\nFN:A\r\nEMAIL:a@example.org\r\nUID:x\r\n" },
        /* version 4.0, where VERSION is the second line and some properties are there once */
        { __LINE__, "FN:A\r\nVERSION:4.0\r\nUID:x\r\n", "VERSION:4.0\r\nFN:A\r\nUID:x\r\n" },
        { __LINE__, "VERSION:4.0\r\nVERSION:3.0\r\nFN:A\r\nUID:x\r\nUID:x\r\nKIND:org\r\nKIND:org\r\n",
                        "VERSION:4.0\r\nFN:A\r\nUID:x\r\nKIND:org\r\n" },
        { __LINE__,
                        "VERSION:4.0\r\nFN:A\r\nUID:x\r\nREV:20260101T000000Z\r\nREV:20260102T000000Z\r\n"
                        "N;ALTID=1:A;B\r\nN;ALTID=1;LANGUAGE=ru:А;Б\r\nN:C;D\r\nBDAY:20000101\r\nBDAY:20000102\r\n"
                        "GENDER:F\r\nitem1.GENDER:M\r\n",
                        "VERSION:4.0\r\nFN:A\r\nUID:x\r\nREV:20260101T000000Z\r\nN;ALTID=1:A;B\r\n"
                        "N;ALTID=1;LANGUAGE=ru:А;Б\r\nBDAY:20000101\r\nGENDER:F\r\n" },
        { __LINE__, "VERSION:4.0\r\nFN:A\r\nUID:x\r\nTEL;PREF=0:1\r\nTEL;TYPE=\"a;PREF=0\";pref=101;X=1:2\r\nTEL;PREF=100:3\r\n",
                        "VERSION:4.0\r\nFN:A\r\nUID:x\r\nTEL:1\r\nTEL;TYPE=\"a;PREF=0\";X=1:2\r\nTEL;PREF=100:3\r\n" },
        { __LINE__, "VERSION:3.0\r\nFN:A\r\nUID:x\r\nREV:1\r\nREV:2\r\nTEL;PREF=0:1\r\nVERSION:3.0\r\n",
                        "VERSION:3.0\r\nFN:A\r\nUID:x\r\nREV:1\r\nREV:2\r\nTEL;PREF=0:1\r\n" },
        /* what decides nothing */
        { __LINE__, "VERSION:3.0\r\nFN:A\r\nGEO:abc\r\nTZ:\r\nLANG:?\r\nUID:x\r\n",
                        "VERSION:3.0\r\nFN:A\r\nUID:x\r\n" },
        { __LINE__,
                        "VERSION:3.0\r\nFN:A\r\nNOTE:a\x0B"
                        "b\r\nX-A;B=\"c\"d:e\r\nnot a line\r\nUID:x\r\n",
                        "VERSION:3.0\r\nFN:A\r\nNOTE:ab\r\nUID:x\r\n" },
        /* Outlook: addresses of Exchange, and the parameters of version 2.1 in 3.0 */
        { __LINE__, "VERSION:3.0\r\nFN:A\r\nEMAIL;TYPE=EX:/o=A/cn=b\r\nEMAIL;PREF;INTERNET:a@example.org\r\nUID:x\r\n",
                        "VERSION:3.0\r\nFN:A\r\nEMAIL;TYPE=PREF;TYPE=INTERNET:a@example.org\r\nUID:x\r\n" },
        /* an empty UID is a missing one */
        { __LINE__, "VERSION:3.0\r\nUID:\r\nFN:A\r\nEMAIL:a@example.org\r\n",
                        "VERSION:3.0\r\nFN:A\r\nEMAIL:a@example.org\r\n"
                        "UID:e16bfe08be114c7b3737aa01ce504ebc@import.invalid\r\n" },
        { __LINE__, "VERSION:2.1\r\nFN:A\r\nPHOTO;JPEG;ENCODING=BASE64:\r\n QUJD\r\n REVG\r\n\r\nUID:x\r\n",
                        "VERSION:3.0\r\nFN:A\r\nPHOTO;TYPE=JPEG;ENCODING=b:QUJDREVG\r\nUID:x\r\n" },
};

static void test_card_repair__reads_what_programs_write(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 16);
                CLEANUP(card_freep) Card *card = NULL;
                InputError error = { 0 };
                char given[1024], expected[1024];
                snprintf(given, sizeof(given), "BEGIN:VCARD\r\n%sEND:VCARD\r\n", rows[i].given);
                snprintf(expected, sizeof(expected), "BEGIN:VCARD\r\n%sEND:VCARD\r\n", rows[i].expected);
                assert_int_equal(card_repair(given, strlen(given), &out, NULL, NULL), 0);
                if (strcmp(buffer_text(&out), expected) != 0)
                        fail_msg("row of line %d:\n%s", rows[i].line, buffer_text(&out));
                assert_int_equal(card_parse(buffer_text(&out), out.len, &card, &error), 0);
        }
}

static void test_card_repair__the_next_export_has_the_same_uid(void **state)
{
        (void)state;
        static const char first[] = "BEGIN:VCARD\nVERSION:3.0\nFN:A\nEMAIL:a@example.org\nEND:VCARD\n";
        static const char second[] =
                        "BEGIN:VCARD\nVERSION:3.0\nFN:B\nTEL:1\nEMAIL:A@Example.org\nEND:VCARD\n";
        CLEANUP(buffer_done) Buffer a = BUFFER_INIT(1024);
        CLEANUP(buffer_done) Buffer b = BUFFER_INIT(1024);
        assert_int_equal(card_repair(first, sizeof(first) - 1, &a, NULL, NULL), 0);
        assert_int_equal(card_repair(second, sizeof(second) - 1, &b, NULL, NULL), 0);
        assert_string_equal(strstr(buffer_text(&a), "UID:"), strstr(buffer_text(&b), "UID:"));
}

/* A telephone writes pictures of several hundred KiB in short lines. */
static void test_card_repair__leaves_out_a_long_picture(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer card = BUFFER_INIT(1 << 23);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
        buffer_puts(&card, "BEGIN:VCARD\nVERSION:2.1\nFN:A\nUID:x\nPHOTO;JPEG;ENCODING=BASE64:\n");
        for (int i = 0; i < 1 << 16; i++)
                buffer_printf(&card, " %074d\n", i);
        buffer_puts(&card, "\nTEL:1\nEND:VCARD\n");
        assert_int_equal(card_repair(buffer_text(&card), card.len, &out, NULL, NULL), 0);
        assert_string_equal(buffer_text(&out),
                        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nUID:x\r\nTEL:1\r\nEND:VCARD\r\n");
}

static int on_warning(const InputError *warning, void *userdata)
{
        buffer_printf(userdata, "%zu %s, ", warning->line, warning->where);
        return 0;
}

static void test_card_repair__names_the_line_of_each_change(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer card = BUFFER_INIT(1 << 21);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 21);
        CLEANUP(buffer_done) Buffer warnings = BUFFER_INIT(1024);
        buffer_puts(&card, "BEGIN:VCARD\r\nNOTE:folded\r\n line\r\nVERSION:2.1\r\n"
                           "NOTE;QUOTED-PRINTABLE:a=\r\nb\r\nEMAIL:a@example.org\r\nLOGO;BASE64:\r\n");
        for (int i = 0; i < 1 << 14; i++)
                buffer_printf(&card, " %074d\r\n", i);
        buffer_puts(&card, "END:VCARD\r\n");
        assert_int_equal(card_repair(buffer_text(&card), card.len, &out, on_warning, &warnings), 0);
        assert_string_equal(buffer_text(&warnings), "4 VERSION, 8 PHOTO, 1 FN, 1 UID, ");
}

/* Without its END, the card of an agent is no line: the parser refuses the whole. */
static void test_card_repair__needs_the_end_of_an_agent(void **state)
{
        (void)state;
        static const char text[] =
                        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x\r\nFN:A\r\nAGENT:\r\nBEGIN:VCARD\r\nEND:VCARD\r\n";
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 16), warnings = BUFFER_INIT(1024);
        CLEANUP(card_freep) Card *card = NULL;
        InputError error = { 0 };
        assert_int_equal(card_repair(text, sizeof(text) - 1, &out, on_warning, &warnings), 0);
        assert_string_equal(buffer_text(&warnings), "5 AGENT, ");
        assert_int_equal(card_parse(buffer_text(&out), out.len, &card, &error), CARD_E_INVALID);
}

/* After an agent without an END no other one is searched, which would take the square of the length. */
static void test_card_repair__searches_the_end_of_an_agent_once(void **state)
{
        (void)state;
        static const char text[] =
                        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x\r\nFN:A\r\nAGENT:\r\nBEGIN:VCARD\r\nBEGIN:VCARD\r\n"
                        "BEGIN:VCARD\r\nAGENT:\r\nBEGIN:VCARD\r\nEND:VCARD\r\nEND:VCARD\r\n";
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 16), warnings = BUFFER_INIT(1024);
        assert_int_equal(card_repair(text, sizeof(text) - 1, &out, on_warning, &warnings), 0);
        assert_string_equal(buffer_text(&warnings), "");
        assert_string_equal(buffer_text(&out), text);
}

/* A line that tells who the contact is, or whether it gets mail, is never left out. */
static void test_card_repair__keeps_what_decides(void **state)
{
        (void)state;
        static const char *const lines[] = { "X-CONVENED-REMINDERS;A=\"b\"c:OFF\r\n",
                "KIND;A=\"b\"c:group\r\n", "UID:y\r\n", "EMAIL;A=\"b\"c:a@example.org\r\n",
                "EMAIL:nobody\r\n" };
        for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 16);
                char text[256];
                snprintf(text, sizeof(text),
                                "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:x\r\nFN:A\r\n%sEND:VCARD\r\n", lines[i]);
                assert_int_equal(card_repair(text, strlen(text), &out, NULL, NULL), 0);
                assert_string_equal(buffer_text(&out), text);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_card_repair__reads_what_programs_write),
                cmocka_unit_test(test_card_repair__needs_the_end_of_an_agent),
                cmocka_unit_test(test_card_repair__searches_the_end_of_an_agent_once),
                cmocka_unit_test(test_card_repair__the_next_export_has_the_same_uid),
                cmocka_unit_test(test_card_repair__leaves_out_a_long_picture),
                cmocka_unit_test(test_card_repair__names_the_line_of_each_change),
                cmocka_unit_test(test_card_repair__keeps_what_decides),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
