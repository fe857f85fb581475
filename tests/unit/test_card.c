#include "cards.h"

static Card *parse(const char *text)
{
        Card *card = NULL;
        InputError error = { 0 };
        int r = card_parse(text, strlen(text), &card, &error);
        if (r != 0)
                fail_msg("%d: line %zu, %s: %s in\n%s", r, error.line, error.where, error.message, text);
        return card;
}

/* ---- Invalid files ---- */

static void test_card_parse__needs_one_whole_card(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *expected;
        } cases[] = {
                { __LINE__, "", "1: BEGIN: there is no vCard in the text" },
                { __LINE__, "FN:x\n", "1: FN: it stands where BEGIN:VCARD is needed" },
                { __LINE__, "BEGIN:VEVENT\nEND:VEVENT\n",
                                "1: BEGIN: it stands where BEGIN:VCARD is needed" },
                { __LINE__, HEAD, "1: BEGIN: BEGIN:VCARD has no END:VCARD" },
                { __LINE__, HEAD TAIL "NOTE:x\r\n",
                                "6: NOTE: it stands behind END:VCARD, which is the last line of a vCard" },
                { __LINE__, HEAD TAIL HEAD TAIL,
                                "6: BEGIN: it stands behind END:VCARD, which is the last line of a vCard" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                Card *card = NULL;
                InputError error = { 0 };
                char told[512];
                int r = card_parse(cases[i].text, strlen(cases[i].text), &card, &error);
                input_error_format(&error, NULL, told, sizeof(told));
                if (r != CARD_E_INVALID || card || strcmp(told, cases[i].expected) != 0)
                        fail_msg("row of line %d: %d, %s", cases[i].line, r, told);
        }
        assert_int_equal(card_parse("", 0, &(Card *){ NULL }, NULL), CARD_E_INVALID);
}

/* ---- Properties of a card ---- */

static void test_card_parse__keeps_every_byte(void **state)
{
        (void)state;
        static const char text[] =
                        HEAD "NOTE:fol\r\n ded\r\nitem1.TEL;TYPE=cell:+7\r\nX-NEW;A=\"b,c\":d\r\n" TAIL;
        CLEANUP(card_freep) Card *card = parse(text);
        size_t len = 0;
        assert_memory_equal(card_text(card, &len), text, sizeof(text) - 1);
        assert_int_equal(len, sizeof(text) - 1);
        const ContentLine *note = card_property(card, "NOTE", 0), *tel = card_property(card, "TEL", 0);
        assert_string_equal(note->value, "folded");
        assert_memory_equal(note->raw, "NOTE:fol\r\n ded\r\n", note->raw_len);
        assert_ptr_equal(note->raw, strstr(card_text(card, NULL), "NOTE"));
        assert_string_equal(tel->group, "item1");
        assert_string_equal(content_line_param(tel, "TYPE"), "cell");
        assert_string_equal(content_line_param(card_property(card, "X-NEW", 0), "A"), "b,c");
        assert_null(card_property(card, "NOTE", 1));
        assert_null(card_property(card, "URL", 0));
}

static void test_card_parse__reads_names_and_kinds(void **state)
{
        (void)state;
        CLEANUP(card_freep)
        Card *card = parse("BEGIN:VCARD\nVERSION:4.0\nKIND:Location\nUID:urn:uuid:4f\\,x\nFN:Technopark\\, "
                           "«K»\nFN;PREF=1:Кванториум\\;\nEND:VCARD");
        assert_string_equal(card_uid(card), "urn:uuid:4f\\,x");
        assert_string_equal(card_name(card), "Кванториум;");
        assert_int_equal(card_kind(card), CARD_LOCATION);
        assert_null(card_email(card));
        assert_null(card_language(card));
        assert_null(card_zone_name(card));
        assert_false(card_reminders_off(card));
        static const struct {
                const char *text;
                CardKind kind;
        } kinds[] = {
                { HEAD TAIL, CARD_INDIVIDUAL },
                { HEAD "KIND:individual\n" TAIL, CARD_INDIVIDUAL },
                { HEAD "KIND:group\n" TAIL, CARD_GROUP },
                { HEAD "KIND:ORG\n" TAIL, CARD_ORG },
                { HEAD "KIND:application\n" TAIL, CARD_OTHER },
        };
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
                CLEANUP(card_freep) Card *one = parse(kinds[i].text);
                assert_int_equal(card_kind(one), kinds[i].kind);
        }
}

static void test_card_email__is_the_preferred_one(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *text, *email;
        } cases[] = {
                { __LINE__, HEAD "EMAIL:a@example.org\nEMAIL:b@example.org\n" TAIL, "a@example.org" },
                { __LINE__, HEAD "EMAIL;PREF=100:a@example.org\nEMAIL:b@example.org\n" TAIL,
                                "a@example.org" },
                { __LINE__, HEAD "EMAIL:a@example.org\nEMAIL;PREF=100:b@example.org\n" TAIL,
                                "b@example.org" },
                { __LINE__, HEAD "EMAIL;PREF=9:a@example.org\nEMAIL;PREF=10:b@example.org\n" TAIL,
                                "a@example.org" },
                { __LINE__, HEAD "EMAIL;PREF=2:a@example.org\nEMAIL;TYPE=work;PREF=1:b@example.org\n" TAIL,
                                "b@example.org" },
                { __LINE__,
                                HEAD_3 "EMAIL;TYPE=INTERNET:a@example.org\nEMAIL;TYPE=INTERNET,PREF:b@"
                                       "example.org\n" TAIL,
                                "b@example.org" },
                { __LINE__, HEAD_3 "EMAIL:a@example.org\nEMAIL;TYPE=home;TYPE=pref:b@example.org\n" TAIL,
                                "b@example.org" },
                { __LINE__,
                                HEAD_3
                                "EMAIL;TYPE=preferred:a@example.org\nEMAIL;TYPE=pref:b@example.org\n" TAIL,
                                "b@example.org" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                CLEANUP(card_freep) Card *card = parse(cases[i].text);
                if (strcmp(card_email(card), cases[i].email) != 0)
                        fail_msg("row of line %d: %s", cases[i].line, card_email(card));
        }
}

static void test_card_parse__reads_language_zone_and_reminders(void **state)
{
        (void)state;
        CLEANUP(card_freep)
        Card *card = parse(HEAD
                        "LANG;PREF=2:en-GB\nLANG;PREF=1:ru\nTZ;VALUE=utc-offset:+0300\nTZ:Europe/Moscow\n"
                        "X-CONVENED-REMINDERS:off\n" TAIL);
        assert_string_equal(card_language(card), "ru");
        assert_string_equal(card_zone_name(card), "Europe/Moscow");
        assert_true(card_reminders_off(card));
        CLEANUP(card_freep)
        Card *other = parse(HEAD
                        "TZ:-05:30\nTZ;VALUE=uri:http://example.org/zone\nX-CONVENED-REMINDERS:ON\n" TAIL);
        assert_null(card_zone_name(other));
        assert_false(card_reminders_off(other));
}

/* RFC 6350, 5.4: a name in two scripts counts as one name. */
static void test_card_parse__counts_alternatives_once(void **state)
{
        (void)state;
        CLEANUP(card_freep)
        Card *card = parse(HEAD "N;ALTID=1;LANGUAGE=ru:Г;;;;\nN;ALTID=1;LANGUAGE=en:V;;;;\n" TAIL);
        assert_non_null(card_property(card, "N", 1));
        static const char *const refused[] = {
                HEAD "N;ALTID=1:Г;;;;\nN;ALTID=2:V;;;;\n" TAIL,
                HEAD "N;ALTID=1:Г;;;;\nN:V;;;;\n" TAIL,
                HEAD "KIND;ALTID=1:org\nKIND;ALTID=1:location\n" TAIL,
        };
        for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
                Card *other = NULL;
                assert_int_equal(card_parse(refused[i], strlen(refused[i]), &other, NULL), CARD_E_INVALID);
                assert_null(other);
        }
}

static void test_card_parse__takes_positions_of_both_versions(void **state)
{
        (void)state;
        static const char *const positions[] = {
                "geo:55.75,37.62",
                "GEO:-90,180,120;u=35;crs=wgs84",
                "geo:0,-0.5",
                "55.75;37.62",
                "https://example.org/place",
        };
        for (size_t i = 0; i < sizeof(positions) / sizeof(positions[0]); i++) {
                char text[256];
                snprintf(text, sizeof(text), HEAD "GEO:%s\r\n" TAIL, positions[i]);
                CLEANUP(card_freep) Card *card = parse(text);
                assert_string_equal(card_property(card, "GEO", 0)->value, positions[i]);
        }
        static const char *const refused[] = { "geo:", "geo:1", "geo:1,", "geo:,1", "geo:1;2", "geo:1,2x",
                "geo:nan,1", "geo:0x1,1", "geo:1e1,1", "geo:1,181", "geo:-90.1,0", "1;2;3", "1,2", "" };
        for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
                char text[256];
                Card *card = NULL;
                snprintf(text, sizeof(text), HEAD "GEO:%s\r\n" TAIL, refused[i]);
                if (card_parse_strict(text, strlen(text), &card, NULL) != CARD_E_INVALID)
                        fail_msg("%s", refused[i]);
        }
}

static void test_card_parse__takes_long_uids(void **state)
{
        (void)state;
        char uid[256], text[512];
        memset(uid, 'u', sizeof(uid) - 1);
        uid[sizeof(uid) - 1] = '\0';
        snprintf(text, sizeof(text), "BEGIN:VCARD\nVERSION:4.0\nUID:%s\nFN:x\n" TAIL, uid);
        CLEANUP(card_freep) Card *card = parse(text);
        assert_string_equal(card_uid(card), uid);
}

/*
 * Parsing takes time linear in the number of lines, whatever the property names. A card of a megabyte must
 * not block the daemon.
 */
static void test_card_parse__takes_linear_time(void **state)
{
        (void)state;
        static const char *const lines[] = { "EMAIL:visitor@example.org\r\n", "N;ALTID=1:V;;;;\r\n",
                "TZ:+0300\r\n" };
        for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
                CLEANUP(cleanup_buffer) Buffer text = BUFFER_INIT(1 << 20);
                buffer_puts(&text, HEAD);
                for (size_t n = 0; n < 19000; n++)
                        buffer_puts(&text, lines[i]);
                buffer_puts(&text, TAIL);
                clock_t before = clock();
                CLEANUP(card_freep) Card *card = parse(buffer_text(&text));
                assert_true(clock() - before < CLOCKS_PER_SEC / 2);
                assert_non_null(card);
        }
}

/* PREF=0 is invalid in version 4.0; version 3.0 has no PREF parameter. */
static void test_card_parse__ignores_pref_in_version_3(void **state)
{
        (void)state;
        CLEANUP(card_freep)
        Card *card = parse(HEAD_3 "EMAIL;PREF=0:a@example.org\nEMAIL;TYPE=pref:b@example.org\n" TAIL);
        assert_string_equal(card_email(card), "b@example.org");
}

/* Cards that clients write, and that RFC 2426 or 6350 allow: they are kept as they are. */
static void test_card_parse__passes_over_values_of_no_use(void **state)
{
        (void)state;
        static const char *const texts[] = {
                HEAD "EMAIL:visitor@localhost\r\nEMAIL;PREF=50:b@example.org\r\nLANG:x!\r\nLANG:ru\r\n" TAIL,
                HEAD_3
                "EMAIL;TYPE=pref:\"A\" <a@example.org>\nEMAIL:b@example.org\nX-LANG:ru\nLANG:x!\nREV:1\nREV:2\n"
                "N:W;;;;\nTZ;VALUE=text:-05:00\\; EST\nGEO:1\nX-CONVENED-QUIET:night\n" TAIL,
        };
        for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
                CLEANUP(card_freep) Card *card = parse(texts[i]);
                Card *strict = NULL;
                assert_string_equal(card_email(card), "b@example.org");
                assert_string_equal(card_language(card), "ru");
                assert_int_equal(card_parse_strict(texts[i], strlen(texts[i]), &strict, NULL),
                                CARD_E_INVALID);
        }
        CLEANUP(card_freep)
        Card *nameless = parse("BEGIN:VCARD\nVERSION:3.0\nUID:a\nFN:\nN:;;;;\nTEL:+1\n" TAIL);
        assert_string_equal(card_name(nameless), "");
        assert_null(card_email(nameless));
}

/* Version 3.0 has other names for properties that only 4.0 defines. */
static void test_card_property__finds_the_names_of_version_3(void **state)
{
        (void)state;
        static const char lines[] = "X-ADDRESSBOOKSERVER-KIND:group\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\n"
                                    "MEMBER:urn:uuid:2\nX-LANG;TYPE=pref:ru\n";
        char text[512];
        snprintf(text, sizeof(text), "%s%s%s", HEAD_3, lines, TAIL);
        CLEANUP(card_freep) Card *card = parse(text);
        assert_int_equal(card_kind(card), CARD_GROUP);
        assert_string_equal(card_language(card), "ru");
        assert_string_equal(card_property(card, "MEMBER", 0)->value, "urn:uuid:1");
        assert_string_equal(card_property(card, "MEMBER", 1)->value, "urn:uuid:2");
        assert_null(card_property(card, "MEMBER", 2));
        snprintf(text, sizeof(text), "%s%s%s", HEAD, lines, TAIL);
        CLEANUP(card_freep) Card *other = parse(text);
        assert_int_equal(card_kind(other), CARD_INDIVIDUAL);
}

/* A photo of 900 KiB is kept; the limits are 960 KiB a line, and 1 MiB a card. */
static void test_card_parse__takes_photos(void **state)
{
        (void)state;
        static const struct {
                size_t bytes;
                int expected;
        } photos[] = { { 900 * 1024, 0 }, { 961 * 1024, CARD_E_INVALID } };
        for (size_t i = 0; i < sizeof(photos) / sizeof(photos[0]); i++) {
                CLEANUP(cleanup_buffer) Buffer text = BUFFER_INIT(1 << 20);
                CLEANUP(card_freep) Card *card = NULL;
                buffer_puts(&text, HEAD "PHOTO:data:image/jpeg;base64,");
                for (size_t n = 0; n < photos[i].bytes; n++)
                        buffer_putc(&text, 'A');
                buffer_puts(&text, "\r\n" TAIL);
                assert_int_equal(buffer_error(&text), 0);
                assert_int_equal(card_parse(text.data, text.len, &card, NULL), photos[i].expected);
        }
}

/* ---- Addresses ---- */

static void test_card_email_valid__accepts_what_smtp_accepts(void **state)
{
        (void)state;
#define A10 "aaaaaaaaaa"
#define A60 A10 A10 A10 A10 A10 A10
        static const struct {
                int line;
                bool valid;
                const char *address;
        } cases[] = {
                { __LINE__, true, "visitor@example.org" },
                { __LINE__, true, "v.i+tag_x'{}~!#$%&*/=?^`|-@mail.example.org" },
                { __LINE__, true, "гость@пример.рф" },
                { __LINE__, true, "a@b.c" },
                { __LINE__, true, "a@1.2.org" },
                { __LINE__, true, A60 "aaaa@example.org" },
                { __LINE__, false, A60 "aaaaa@example.org" },
                { __LINE__, true, "a@" A60 "aaa.org" },
                { __LINE__, false, "a@" A60 "aaaa.org" },
                { __LINE__, true, "a@" A60 "." A60 "." A60 "." A60 ".aaaaaaaa" },
                { __LINE__, false, "a@" A60 "." A60 "." A60 "." A60 ".aaaaaaaaa" },
                { __LINE__, false, "" },
                { __LINE__, false, "visitor" },
                { __LINE__, false, "@example.org" },
                { __LINE__, false, "visitor@" },
                { __LINE__, false, "visitor@localhost" },
                { __LINE__, false, "visitor@example." },
                { __LINE__, false, "visitor@.org" },
                { __LINE__, false, "visitor@example..org" },
                { __LINE__, false, "visitor@-example.org" },
                { __LINE__, false, "visitor@example-.org" },
                { __LINE__, false, "visitor@exa_mple.org" },
                { __LINE__, false, "visitor@127.0.0.1" },
                { __LINE__, false, "visitor@[127.0.0.1]" },
                { __LINE__, false, ".visitor@example.org" },
                { __LINE__, false, "visitor.@example.org" },
                { __LINE__, false, "vis..itor@example.org" },
                { __LINE__, false, "vis@itor@example.org" },
                { __LINE__, false, "\"visitor\"@example.org" },
                { __LINE__, false, "visitor @example.org" },
                { __LINE__, false, "visitor@example.org " },
                { __LINE__, false, "visitor@example.org\r\nRCPT TO:<other@example.org>" },
                { __LINE__, false, "visi\ttor@example.org" },
                { __LINE__, false, "visitor\x7F@example.org" },
                { __LINE__, false, "<visitor@example.org>" },
                { __LINE__, false, "visitor(x)@example.org" },
                { __LINE__, false, "a,b@example.org" },
                { __LINE__, false, "mailto:visitor@example.org" },
                { __LINE__, false, "visi\xC2\xA0tor@example.org" },
                { __LINE__, false, "visi\xC2\x85tor@example.org" },
                { __LINE__, false, "visi\xE2\x80\xA8tor@example.org" },
                { __LINE__, false, "visi\xE2\x80\x8Btor@example.org" },
                { __LINE__, false, "visi\xFFtor@example.org" },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                if (card_email_valid(cases[i].address) != cases[i].valid)
                        fail_msg("row of line %d: %s", cases[i].line, cases[i].address);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_card_parse__needs_one_whole_card),
                cmocka_unit_test(test_card_parse__keeps_every_byte),
                cmocka_unit_test(test_card_parse__reads_names_and_kinds),
                cmocka_unit_test(test_card_email__is_the_preferred_one),
                cmocka_unit_test(test_card_parse__reads_language_zone_and_reminders),
                cmocka_unit_test(test_card_parse__counts_alternatives_once),
                cmocka_unit_test(test_card_parse__takes_positions_of_both_versions),
                cmocka_unit_test(test_card_parse__takes_long_uids),
                cmocka_unit_test(test_card_parse__takes_linear_time),
                cmocka_unit_test(test_card_parse__ignores_pref_in_version_3),
                cmocka_unit_test(test_card_parse__passes_over_values_of_no_use),
                cmocka_unit_test(test_card_property__finds_the_names_of_version_3),
                cmocka_unit_test(test_card_parse__takes_photos),
                cmocka_unit_test(test_card_email_valid__accepts_what_smtp_accepts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
