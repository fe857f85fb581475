/*
 * Tests the search by words: forms of words, parts of words, a wrong letter, and the cost with many events.
 */

#include "catalog/word-index.h"

#include "base/text.h"
#include "catalog/stem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { FOLDED_BYTES = 64 * 1024, MANY = 10000, SEARCHES = 50 };

static const char *const texts[] = {
        "Практическая сессия по развитию промышленных кластеров России",
        "Международная выставка «Иннопром-2025», Екатеринбург",
        "Посещение АУ «Технопарк-Мордовия»; встреча с резидентами",
        "Seminar on industrial parks: visiting the sites",
        "Ёлка и ёж",
};

enum { N_TEXTS = sizeof(texts) / sizeof(*texts) };

static void add(WordIndex *index, const char *text, uint32_t event)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(FOLDED_BYTES);
        assert_int_equal(text_fold(&folded, text), 0);
        assert_int_equal(word_index_add(index, buffer_text(&folded), event), 0);
}

static void search(const WordIndex *index, const char *query, unsigned char *ret, size_t n)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(FOLDED_BYTES);
        assert_int_equal(text_fold(&folded, query), 0);
        assert_int_equal(word_index_search(index, buffer_text(&folded), ret, n), 0);
}

static WordIndex *make(void)
{
        WordIndex *index = NULL;
        assert_int_equal(word_index_new(&index), 0);
        for (uint32_t i = 0; i < N_TEXTS; i++)
                add(index, texts[i], i);
        return index;
}

static const struct Row {
        int line;
        const char *query, *expected; /* a 1 for each text that is found */
} rows[] = {
        { __LINE__, "", "11111" },
        { __LINE__, "кластер", "10000" },
        { __LINE__, "КЛАСТЕРЫ", "10000" },
        { __LINE__, "кластерами", "10000" },
        { __LINE__, "сессий", "10000" },
        { __LINE__, "сессиями кластеров", "10000" },
        { __LINE__, "сессия выставка", "00000" },
        { __LINE__, "выставки", "01000" },
        { __LINE__, "Иннопром", "01000" },
        { __LINE__, "\"иннопром-2025\"", "01000" },
        { __LINE__, "иннопром-2025, екатеринбурге", "01000" },
        { __LINE__, "технопарк", "00100" },
        { __LINE__, "технопарки", "00100" },
        { __LINE__, "мордовии", "00100" },
        { __LINE__, "«технопарк-мордовия»", "00100" },
        { __LINE__, "парк", "00100" },
        { __LINE__, "visit", "00010" },
        { __LINE__, "site park", "00010" },
        { __LINE__, "seminars", "00010" },
        { __LINE__, "елка", "00001" },
        /* A wrong, a missing, a needless letter, and two exchanged ones. */
        { __LINE__, "клостеры", "10000" },
        { __LINE__, "класеры", "10000" },
        { __LINE__, "клластер", "10000" },
        { __LINE__, "клатсер", "10000" },
        { __LINE__, "екатиринбург", "01000" },
        { __LINE__, "semniar", "00010" },
        { __LINE__, "кзастзр", "00000" },
        /* A right word hides the similar ones, and a short one must be right. */
        { __LINE__, "сите", "00000" },
        { __LINE__, "уж", "00000" },
        { __LINE__, "—", "00000" },
        { __LINE__, "???", "00000" },
        { __LINE__, "teterina", "00000" },
};

static void test_word_index__finds_forms_and_forgives_a_letter(void **state)
{
        (void)state;
        CLEANUP(word_index_freep) WordIndex *index = make();
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                unsigned char found[N_TEXTS];
                char text[N_TEXTS + 1] = "";
                search(index, rows[i].query, found, N_TEXTS);
                for (size_t j = 0; j < N_TEXTS; j++)
                        text[j] = found[j] ? '1' : '0';
                if (strcmp(text, rows[i].expected) != 0)
                        fail_msg("line %d: '%s' finds %s, expected %s", rows[i].line, rows[i].query, text,
                                        rows[i].expected);
        }
}

static void test_word_index__tells_a_slight_difference(void **state)
{
        (void)state;
        static const struct {
                int line;
                const char *one, *other;
                bool expected;
        } pairs[] = {
                { __LINE__, "a", "a", true },
                { __LINE__, "", "a", true },
                { __LINE__, "a", "b", true },
                { __LINE__, "ab", "ba", true },
                { __LINE__, "abc", "ac", true },
                { __LINE__, "abc", "bc", true },
                { __LINE__, "abc", "ab", true },
                { __LINE__, "abcd", "badc", false },
                { __LINE__, "abc", "a", false },
                { __LINE__, "abcd", "acbd", true },
                { __LINE__, "abcd", "axxd", false },
                { __LINE__, "жук", "жек", true },
                { __LINE__, "жук", "же", false },
                { __LINE__, "жук", "жку", true },
                { __LINE__, "abcdef", "bcdefg", false },
        };
        for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
                if (word_index_differ_slightly(pairs[i].one, pairs[i].other) != pairs[i].expected ||
                                word_index_differ_slightly(pairs[i].other, pairs[i].one) !=
                                                pairs[i].expected)
                        fail_msg("line %d", pairs[i].line);
}

static void test_stemmer__follows_the_letters(void **state)
{
        (void)state;
        CLEANUP(stemmer_done) Stemmer stemmer;
        assert_int_equal(stemmer_init(&stemmer), 0);
        assert_string_equal(stemmer_stem(&stemmer, "кластеры"), "кластер");
        assert_string_equal(stemmer_stem(&stemmer, "clusters"), "cluster");
        assert_string_equal(stemmer_stem(&stemmer, ""), "");
}

/* The time is printed; the limit is for a search that reads every text, on a busy machine. */
static void test_word_index__many_events(void **state)
{
        (void)state;
        CLEANUP(word_index_freep) WordIndex *index = NULL;
        static unsigned char found[MANY];
        static const char *const asked[] = { "кластеры", "выстовка", "номер 777", "сессии промышленные" };
        assert_int_equal(word_index_new(&index), 0);
        clock_t start = clock();
        for (uint32_t i = 0; i < MANY; i++) {
                char text[512];
                snprintf(text, sizeof(text), "%s, номер %u, участник %u и организатор %u: %s",
                                texts[i % N_TEXTS], i, i * 7, i * 13, texts[(i + 1) % N_TEXTS]);
                add(index, text, i);
        }
        clock_t built = clock();
        for (int i = 0; i < SEARCHES; i++)
                search(index, asked[i % 4], found, MANY);
        clock_t end = clock();
        print_message("%d events: indexed in %.0f ms, searched in %.2f ms\n", MANY,
                        (double)(built - start) * 1e3 / CLOCKS_PER_SEC,
                        (double)(end - built) * 1e3 / CLOCKS_PER_SEC / SEARCHES);
        assert_true(end - built < SEARCHES * CLOCKS_PER_SEC / 5);
        assert_int_equal(found[0], 1);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_word_index__finds_forms_and_forgives_a_letter),
                cmocka_unit_test(test_word_index__tells_a_slight_difference),
                cmocka_unit_test(test_stemmer__follows_the_letters),
                cmocka_unit_test(test_word_index__many_events),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
