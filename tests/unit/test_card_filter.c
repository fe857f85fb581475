/*
 * Tests the filters of addressbook-query (RFC 6352, 10.5) and the choice of a card's version and properties.
 */

#include "dav/address-data.h"
#include "dav/card-filter-read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static int read_filter(const char *attributes, const char *content, Arena *arena, CardFilter **ret)
{
        CLEANUP(buffer_done) Buffer xml = BUFFER_INIT(16 * 1024 * 1024);
        CLEANUP(xml_reader_done) XmlReader reader = { .stream = NULL };
        buffer_printf(&xml,
                        "<C:filter %s xmlns:C=\"urn:ietf:params:xml:ns:carddav\" xmlns:X=\"x:\">%s</C:filter>",
                        attributes, content);
        assert_int_equal(xml_reader_init(&reader, buffer_text(&xml), xml.len), 0);
        return card_filter_read(&reader, arena, ret);
}

static const char *const cards[] = {
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:1\r\nFN:Anna Straße\r\nN:Straße;Anna;;;\r\nEMAIL;TYPE=work;PREF=1:anna@example.org\r\n"
        "EMAIL;TYPE=\"home,x\":anna@example.com\r\nKIND:individual\r\nNOTE:one\\, two\\nthree\r\nEND:VCARD\r\n",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:2\r\nFN:ИВАН Петров\r\nN:Петров;Иван;;;\r\nitem1.EMAIL;type=HOME;type=pref:IVAN@example.org\r\n"
        "item1.X-ABLabel:Home\r\nEND:VCARD\r\n",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:3\r\nFN:Team\r\nN:Team;;;;\r\nX-ADDRESSBOOKSERVER-KIND:group\r\nEND:VCARD\r\n",
        "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:4\r\nFN:Team two\r\nKIND:group\r\nMEMBER:urn:uuid:1\r\nEND:VCARD\r\n",
};

#define PROP(name, content)  "<C:prop-filter name=\"" name "\">" content "</C:prop-filter>"
#define ALL(name, content)   "<C:prop-filter test=\"allof\" name=\"" name "\">" content "</C:prop-filter>"
#define PARAM(name, content) "<C:param-filter name=\"" name "\">" content "</C:param-filter>"
#define TEXT(text)           "<C:text-match>" text "</C:text-match>"
#define NOT(text)            "<C:text-match negate-condition=\"yes\">" text "</C:text-match>"
#define MATCH(type, text)    "<C:text-match match-type=\"" type "\">" text "</C:text-match>"
#define BY(collation, text)  "<C:text-match collation=\"" collation "\">" text "</C:text-match>"
#define UNDEFINED            "<C:is-not-defined/>"

static void test_card_filter__tables(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *attributes, *filter, *expected; /* numbers of the cards */
        } rows[] = {
                { __LINE__, "", "", "1234" },
                { __LINE__, "test=\"allof\"", "", "1234" },
                { __LINE__, "", PROP("EMAIL", ""), "12" },
                { __LINE__, "", PROP("email", ""), "12" },
                { __LINE__, "", PROP("item1.EMAIL", ""), "2" },
                { __LINE__, "", PROP("item2.EMAIL", ""), "" },
                { __LINE__, "", PROP("EMAIL", UNDEFINED), "34" },
                { __LINE__, "", PROP("item1.EMAIL", UNDEFINED), "134" },
                { __LINE__, "", PROP("EMAIL", TEXT("@")), "12" },
                { __LINE__, "", PROP("EMAIL", TEXT("ivan")), "2" },
                /* match types */
                { __LINE__, "", PROP("EMAIL", MATCH("equals", "anna@example.org")), "1" },
                { __LINE__, "", PROP("EMAIL", MATCH("equals", "anna@example.or")), "" },
                { __LINE__, "", PROP("EMAIL", MATCH("starts-with", "anna@")), "1" },
                { __LINE__, "", PROP("EMAIL", MATCH("starts-with", "nna@")), "" },
                { __LINE__, "", PROP("EMAIL", MATCH("ends-with", ".ORG")), "12" },
                { __LINE__, "", PROP("EMAIL", MATCH("ends-with", "example")), "" },
                { __LINE__, "", PROP("EMAIL", MATCH("contains", "EXAMPLE.C")), "1" },
                /* collations */
                { __LINE__, "", PROP("FN", TEXT("иван")), "2" },
                { __LINE__, "", PROP("FN", BY("default", "иван")), "2" },
                { __LINE__, "", PROP("FN", BY("i;unicode-casemap", "иВан")), "2" },
                { __LINE__, "", PROP("FN", BY("i;ascii-casemap", "иван")), "" },
                { __LINE__, "", PROP("FN", BY("i;ascii-casemap", "ANNA")), "1" },
                { __LINE__, "", PROP("FN", BY("i;octet", "ANNA")), "" },
                { __LINE__, "", PROP("FN", BY("i;octet", "Anna")), "1" },
                /* values are decoded */
                { __LINE__, "", PROP("NOTE", TEXT("one, two")), "1" },
                { __LINE__, "", PROP("NOTE", TEXT("\\")), "" },
                { __LINE__, "", PROP("NOTE", MATCH("ends-with", "two\nthree")), "1" },
                /* negation: another value, but not no property */
                { __LINE__, "", PROP("EMAIL", NOT("anna")), "2" },
                { __LINE__, "", PROP("EMAIL", NOT(".com")), "12" },
                { __LINE__, "", PROP("FN", NOT("team")), "12" },
                /* several conditions of one property */
                { __LINE__, "", PROP("EMAIL", TEXT("anna") TEXT("ivan")), "12" },
                { __LINE__, "", ALL("EMAIL", TEXT("anna") TEXT("ivan")), "" },
                { __LINE__, "", ALL("EMAIL", TEXT("anna") TEXT(".com")), "1" },
                { __LINE__, "", ALL("EMAIL", TEXT(".org") PARAM("TYPE", TEXT("home"))), "2" },
                { __LINE__, "", PROP("EMAIL", TEXT(".net") PARAM("TYPE", TEXT("work"))), "1" },
                { __LINE__, "", ALL("EMAIL", TEXT(".com") PARAM("PREF", UNDEFINED)), "1" },
                { __LINE__, "", ALL("EMAIL", TEXT(".org") PARAM("PREF", UNDEFINED)), "2" },
                /* parameters */
                { __LINE__, "", PROP("EMAIL", PARAM("TYPE", "")), "12" },
                { __LINE__, "", PROP("EMAIL", PARAM("type", MATCH("equals", "pref"))), "2" },
                { __LINE__, "", PROP("EMAIL", PARAM("TYPE", MATCH("equals", "x"))), "1" },
                { __LINE__, "", PROP("EMAIL", PARAM("TYPE", MATCH("equals", "home,x"))), "1" },
                { __LINE__, "", PROP("EMAIL", PARAM("TYPE", UNDEFINED)), "" },
                { __LINE__, "", PROP("FN", PARAM("TYPE", UNDEFINED)), "1234" },
                { __LINE__, "", PROP("EMAIL", PARAM("TYPE", NOT("home"))), "1" },
                { __LINE__, "", PROP("FN", PARAM("TYPE", NOT("home"))), "" },
                /* several properties */
                { __LINE__, "", PROP("FN", TEXT("anna")) PROP("FN", TEXT("two")), "14" },
                { __LINE__, "test=\"anyof\"", PROP("FN", TEXT("anna")) PROP("EMAIL", UNDEFINED), "134" },
                { __LINE__, "test=\"allof\"", PROP("FN", TEXT("team")) PROP("EMAIL", UNDEFINED), "34" },
                { __LINE__, "test=\"allof\"", PROP("FN", TEXT("team")) PROP("MEMBER", UNDEFINED), "3" },
                { __LINE__, "test=\"allof\"", PROP("FN", TEXT("anna")) PROP("FN", TEXT("two")), "" },
                /* the names of both versions */
                { __LINE__, "", PROP("KIND", TEXT("group")), "34" },
                { __LINE__, "", PROP("X-ADDRESSBOOKSERVER-KIND", TEXT("group")), "34" },
                { __LINE__, "", PROP("VERSION", TEXT("3.0")), "23" },
                { __LINE__, "", PROP("BEGIN", ""), "" },
                /* what is not known is passed over */
                { __LINE__, "", "<X:y/>" PROP("FN", TEXT("anna") "<X:z/>"), "1" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(arena_done) Arena arena = { NULL };
                CardFilter *filter = NULL;
                char found[8] = "";
                size_t n_found = 0;
                int r = read_filter(rows[i].attributes, rows[i].filter, &arena, &filter);
                if (r != 0)
                        fail_msg("row of line %d: %d", rows[i].line, r);
                for (size_t n = 0; n < 4; n++) {
                        bool matches;
                        assert_int_equal(card_filter_matches(filter, cards[n], strlen(cards[n]), &matches),
                                        0);
                        if (matches)
                                found[n_found++] = (char)('1' + n);
                }
                if (strcmp(found, rows[i].expected) != 0)
                        fail_msg("row of line %d: %s", rows[i].line, found);
        }
}

static void test_card_filter__refuses(void **state)
{
        (void)state;
        static const struct {
                int line, expected;
                const char *attributes, *filter;
        } rows[] = {
                { __LINE__, FILTER_E_INVALID, "test=\"noneof\"", "" },
                { __LINE__, FILTER_E_INVALID, "", "<C:prop-filter test=\"x\" name=\"FN\"/>" },
                { __LINE__, FILTER_E_INVALID, "", "<C:prop-filter/>" },
                { __LINE__, FILTER_E_INVALID, "", PROP("", "") },
                { __LINE__, FILTER_E_INVALID, "", PROP("FN", UNDEFINED TEXT("a")) },
                { __LINE__, FILTER_E_INVALID, "", PROP("FN", PARAM("TYPE", UNDEFINED TEXT("a"))) },
                { __LINE__, FILTER_E_INVALID, "", PROP("FN", PARAM("TYPE", TEXT("b") TEXT("a"))) },
                { __LINE__, FILTER_E_INVALID, "",
                                PROP("FN", "<C:text-match negate-condition=\"1\">a</C:text-match>") },
                { __LINE__, FILTER_E_COLLATION, "", PROP("FN", BY("i;basic", "a")) },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(arena_done) Arena arena = { NULL };
                CardFilter *filter = NULL;
                int r = read_filter(rows[i].attributes, rows[i].filter, &arena, &filter);
                if (r != rows[i].expected || filter)
                        fail_msg("row of line %d: %d", rows[i].line, r);
        }
}

/* The largest filter on 10,000 cards, none of which matches, takes bounded time; a larger one is refused. */
static void test_card_filter__work_is_bounded(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer content = BUFFER_INIT(1 << 20);
        CLEANUP(arena_done) Arena arena = { NULL };
        CardFilter *filter = NULL;
        for (int i = 0; i < CARD_FILTER_PARTS_MAX / 2; i++)
                buffer_puts(&content, PROP("EMAIL", TEXT("nobody")));
        assert_int_equal(read_filter("", buffer_text(&content), &arena, &filter), 0);
        clock_t before = clock();
        for (int i = 0; i < 10000; i++) {
                bool matches;
                assert_int_equal(card_filter_matches(filter, cards[0], strlen(cards[0]), &matches), 0);
                assert_false(matches);
        }
        assert_true(clock() - before < 10 * CLOCKS_PER_SEC);
        buffer_puts(&content, PROP("EMAIL", ""));
        assert_int_equal(read_filter("", buffer_text(&content), &arena, &filter), FILTER_E_UNSUPPORTED);
}

/* A character becomes many when it is folded. */
static void test_card_filter__long_texts_that_grow(void **state)
{
        (void)state;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1024 * 1024);
        CLEANUP(arena_done) Arena arena = { NULL };
        CardFilter *filter = NULL;
        bool matches = false;
        buffer_puts(&text, "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\nNOTE:");
        for (int i = 0; i < 300000; i++)
                buffer_puts(&text, "\xef\xb7\xba");
        buffer_puts(&text, " end\r\nEND:VCARD\r\n");
        assert_int_equal(read_filter("", PROP("NOTE", TEXT("END")), &arena, &filter), 0);
        assert_int_equal(card_filter_matches(filter, buffer_text(&text), text.len, &matches), 0);
        assert_true(matches);
}

static void test_address_data__version_that_is_accepted(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *accept;
                CardVersion expected;
        } rows[] = {
                { __LINE__, NULL, CARD_VERSION_3 },
                { __LINE__, "", CARD_VERSION_3 },
                { __LINE__, "*/*", CARD_VERSION_3 },
                { __LINE__, "text/vcard", CARD_VERSION_3 },
                { __LINE__, "text/vcard;version=3.0", CARD_VERSION_3 },
                { __LINE__, "text/vcard; version=4.0", CARD_VERSION_4 },
                { __LINE__, "Text/vCard ; Version=\"4.0\"", CARD_VERSION_4 },
                { __LINE__, "text/vcard;version=4.0, text/vcard;q=0.8, */*;q=0.5", CARD_VERSION_4 },
                { __LINE__, "text/vcard;version=4.0;q=0.5, text/vcard;version=3.0", CARD_VERSION_3 },
                { __LINE__, "text/vcard;version=4.0;q=0, */*;q=0.1", CARD_VERSION_3 },
                { __LINE__, "text/vcard;version=3.0;q=0.5,text/vcard;q=0.9;version=4.0", CARD_VERSION_4 },
                { __LINE__, "text/vcard;version=4.0, text/vcard;version=3.0", CARD_VERSION_4 },
                { __LINE__, "text/calendar;version=4.0", CARD_VERSION_3 },
                { __LINE__, ";,;=,q;version=4.0;;", CARD_VERSION_3 },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                if (address_data_accepted(rows[i].accept) != rows[i].expected)
                        fail_msg("row of line %d", rows[i].line);
}

static void test_address_data__properties_by_choice(void **state)
{
        (void)state;
        static const DataProperty last = { "x-none", false, NULL }, note = { "NOTE", true, &last },
                                  mail = { "Item1.email", false, &note }, kind = { "KIND", false, &mail };
        static const struct {
                int line;
                DataRequest request;
                size_t card;
                const char *expected;
        } rows[] = {
                { __LINE__, { .is_wanted = true }, 3,
                                "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:4\r\nFN:Team two\r\nX-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\r\nN;X-CONVENED-MADE=%:Team two;;;;\r\nEND:VCARD\r\n" },
                { __LINE__, { .version = "4.0", .properties = &kind }, 0,
                                "BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:individual\r\nNOTE:\r\nEND:VCARD\r\n" },
                { __LINE__, { .version = "3.0", .properties = &kind }, 0,
                                "BEGIN:VCARD\r\nVERSION:3.0\r\nNOTE:\r\nEND:VCARD\r\n" },
                { __LINE__, { .properties = &kind }, 1,
                                "BEGIN:VCARD\r\nVERSION:3.0\r\nitem1.EMAIL;type=HOME;type=pref:IVAN@example.org\r\nEND:VCARD\r\n" },
        };
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 20);
                const char *card = cards[rows[i].card];
                assert_int_equal(address_data_make(&rows[i].request, card, strlen(card), &out), 0);
                char *mark = strstr(buffer_text(&out), "MADE=");
                if (mark)
                        buffer_remove(&out, (size_t)(mark + 5 - out.data), 15);
                if (mark)
                        mark[5] = '%';
                if (strcmp(buffer_text(&out), rows[i].expected) != 0)
                        fail_msg("row of line %d: %s", rows[i].line, buffer_text(&out));
        }
        Buffer out = BUFFER_INIT(1 << 20);
        assert_int_equal(address_data_make(&rows[0].request, "no card", 7, &out), ADDRESS_DATA_E_UNREADABLE);
        assert_int_equal(out.len, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_card_filter__tables),
                cmocka_unit_test(test_card_filter__refuses),
                cmocka_unit_test(test_card_filter__work_is_bounded),
                cmocka_unit_test(test_card_filter__long_texts_that_grow),
                cmocka_unit_test(test_address_data__version_that_is_accepted),
                cmocka_unit_test(test_address_data__properties_by_choice),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
