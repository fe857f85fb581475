/* Tests files of many cards, and what is reported about bad ones. */

#include "cards.h"

static int tell_error(const InputError *error, void *userdata)
{
        char line[512];
        input_error_format(error, NULL, line, sizeof(line));
        buffer_printf(userdata, "%s\n", line);
        return 0;
}

static int tell_card(const char *text, size_t len, size_t line, void *userdata)
{
        CLEANUP(card_freep) Card *card = NULL;
        InputError error = { 0 };
        int r = card_parse_strict(text, len, &card, &error);
        if (r == 0)
                return 0;
        assert_int_equal(r, CARD_E_INVALID);
        assert_null(card);
        error.line += line - 1;
        return tell_error(&error, userdata);
}

static void check_bad_file(const char *path)
{
        CLEANUP(cleanup_buffer) Buffer told = BUFFER_INIT(1 << 16);
        CLEANUP(cleanup_free) char *text = NULL, *expected = NULL;
        size_t len = 0, expected_len = 0;
        char expected_path[512];
        snprintf(expected_path, sizeof(expected_path), "%s.expected", path);
        assert_int_equal(file_read(path, 1 << 20, &text, &len), 0);
        assert_int_equal(file_read(expected_path, 1 << 16, &expected, &expected_len), 0);
        assert_int_equal(card_split(text, len, tell_card, tell_error, &told), 0);
        if (strcmp(buffer_text(&told), expected) != 0)
                fail_msg("%s: told\n%sexpected\n%s", path, buffer_text(&told), expected);
        assert_true(expected_len > 0);
}

static void test_card_parse__tells_what_is_wrong_in_files(void **state)
{
        (void)state;
        glob_t files = { 0 };
        assert_int_equal(glob("tests/corpus/bad-vcf/*.vcf", 0, NULL, &files), 0);
        assert_true(files.gl_pathc >= 14);
        for (size_t i = 0; i < files.gl_pathc; i++)
                check_bad_file(files.gl_pathv[i]);
        globfree(&files);
}

typedef struct Pieces {
        Buffer cards;
        size_t n_errors;
        int answer;
} Pieces;

static int add_piece(const char *text, size_t len, size_t line, void *userdata)
{
        Pieces *pieces = userdata;
        buffer_printf(&pieces->cards, "%zu[%.*s]", line, (int)len, text);
        return pieces->answer;
}

static int count_error(const InputError *error, void *userdata)
{
        (void)error;
        Pieces *pieces = userdata;
        pieces->n_errors++;
        return pieces->answer;
}

static void test_card_split__passes_the_bytes_of_each_card(void **state)
{
        (void)state;
        static const char text[] = "\xEF\xBB\xBF"
                                   "\r\nbegin:vcard\r\nNOTE:x\r\n END:VCARD\r\nend:vcard\t\r\n\r\n \n"
                                   "BEGIN:VCARD\nBEGIN:VCARD\nFN:y\nEND:VCARD";
        Pieces pieces = { .cards = BUFFER_INIT(4096) };
        assert_int_equal(card_split(text, strlen(text), add_piece, count_error, &pieces), 0);
        assert_string_equal(buffer_text(&pieces.cards),
                        "2[begin:vcard\r\nNOTE:x\r\n END:VCARD\r\nend:vcard\t\r\n]"
                        "9[BEGIN:VCARD\nFN:y\nEND:VCARD]");
        assert_int_equal(pieces.n_errors, 1);
        buffer_done(&pieces.cards);
}

/* The card of an agent (vCard 2.1, 2.5.3) costs neither the card around it nor one of its lines. */
static void test_card_split__a_card_within_a_card_is_part_of_it(void **state)
{
        (void)state;
        static const char *const cards[] = {
                "BEGIN:VCARD\nFN:a\nAGENT:\nBEGIN:VCARD\nFN:b\nEND:VCARD\nTEL:1\nEND:VCARD\n",
                "BEGIN:VCARD\nx.Agent;VALUE=X : Begin:vCard \nagent:\n \nBEGIN:VCARD\nEND:VCARD\nEND:VCARD\nTEL:1\nEND:VCARD\n",
                "BEGIN:VCARD\nAGENT:\nFN:a\nAGENT:BEGIN:VCARD\\nEND:VCARD\nEND:VCARD\n",
        };
        for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
                char text[1024], expected[1024];
                Pieces pieces = { .cards = BUFFER_INIT(4096) };
                snprintf(text, sizeof(text), "%sBEGIN:VCARD\nAGENT:\nEND:VCARD\n%s", cards[i], cards[i]);
                assert_int_equal(card_split(text, strlen(text), add_piece, count_error, &pieces), 0);
                size_t n = 1;
                for (const char *c = cards[i]; *c; c++)
                        n += *c == '\n';
                snprintf(expected, sizeof(expected), "1[%s]%zu[BEGIN:VCARD\nAGENT:\nEND:VCARD\n]%zu[%s]",
                                cards[i], n, n + 3, cards[i]);
                assert_string_equal(buffer_text(&pieces.cards), expected);
                assert_int_equal(pieces.n_errors, 0);
                buffer_done(&pieces.cards);
        }
}

static void test_card_split__stops_when_told_to(void **state)
{
        (void)state;
        static const char cards[] = HEAD TAIL HEAD TAIL, strays[] = "A:1\n" HEAD TAIL "B:2\n";
        Pieces pieces = { .cards = BUFFER_INIT(4096), .answer = -ECANCELED };
        assert_int_equal(card_split(cards, strlen(cards), add_piece, count_error, &pieces), -ECANCELED);
        assert_string_equal(buffer_text(&pieces.cards), "1[" HEAD TAIL "]");
        assert_int_equal(card_split(strays, strlen(strays), add_piece, count_error, &pieces), -ECANCELED);
        assert_int_equal(pieces.n_errors, 1);
        assert_int_equal(card_split("", 0, add_piece, count_error, &pieces), 0);
        buffer_done(&pieces.cards);
}

static int parse_piece(const char *text, size_t len, size_t line, void *userdata)
{
        (void)line;
        CLEANUP(card_freep) Card *card = NULL;
        InputError error = { 0 };
        if (card_parse(text, len, &card, &error) != 0)
                fail_msg("line %zu: %s: %s", line + error.line - 1, error.where, error.message);
        *(size_t *)userdata += 1;
        return 0;
}

static int refuse_error(const InputError *error, void *userdata)
{
        (void)userdata;
        fail_msg("line %zu: %s: %s", error->line, error->where, error->message);
        return 0;
}

static void test_card_parse__accepts_the_documents_cards(void **state)
{
        (void)state;
        static const char *const paths[] = { "conf/documents/contacts.vcf",
                "conf/documents/organisations.vcf", "conf/documents/sites.vcf" };
        for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
                CLEANUP(cleanup_free) char *text = NULL;
                size_t len = 0, n = 0;
                assert_int_equal(file_read(paths[i], 1 << 20, &text, &len), 0);
                assert_int_equal(card_split(text, len, parse_piece, refuse_error, &n), 0);
                assert_true(n > 0);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_card_parse__tells_what_is_wrong_in_files),
                cmocka_unit_test(test_card_split__passes_the_bytes_of_each_card),
                cmocka_unit_test(test_card_split__a_card_within_a_card_is_part_of_it),
                cmocka_unit_test(test_card_split__stops_when_told_to),
                cmocka_unit_test(test_card_parse__accepts_the_documents_cards),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
