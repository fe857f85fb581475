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

static void search(WordIndex *index, const char *query, unsigned char *ret, size_t n)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(FOLDED_BYTES);
        assert_int_equal(text_fold(&folded, query), 0);
        assert_int_equal(word_index_search(&index, 1, buffer_text(&folded), NULL, NULL, ret, n), 0);
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
        /* Another hyphen, blanks for it, Latin letters among Cyrillic ones, a mark of stress. */
        { __LINE__, "иннопром–2025", "01000" },
        { __LINE__, "иннопром-2026", "01000" },
        { __LINE__, "иннопром-выставки", "01000" },
        { __LINE__, "иннопром-семинар", "00000" },
        { __LINE__, "технопарк/резиденты", "00100" },
        { __LINE__, "клacтеpы", "10000" },
        { __LINE__, "TEXHOпарк", "00100" },
        { __LINE__, "кла́стеров", "10000" },
        { __LINE__, "(кластеры!)", "10000" },
        { __LINE__, "'сессия'", "10000" },
};

static void test_word_index__finds_forms_and_forgives_a_letter(void **state)
{
        (void)state;
        CLEANUP(word_index_unrefp) WordIndex *index = make();
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

/* The forms of words, each of which finds all events with another one of its line. */
static const char *const forms[] = {
        "выставка выставки выставке выставку выставкой выставок выставкам выставками выставках",
        "площадка площадки площадке площадку площадкой площадок площадкам площадками площадках",
        "сессия сессии сессию сессией сессий сессиям сессиями сессиях",
        "посещение посещения посещению посещением посещении посещений посещениям посещениями посещениях",
        "встреча встречи встрече встречу встречей встреч встречам встречами встречах",
        "кластер кластера кластеру кластером кластере кластеры кластеров кластерам кластерами кластерах",
        "рынок рынка рынку рынком рынке рынки рынков рынкам рынками рынках",
        "станок станка станку станком станке станки станков станкам станками станках",
        "участок участка участку участком участке участки участков участкам участками участках",
        "участник участника участнику участником участнике участники участников участникам участниками участниках",
        "предприятие предприятия предприятию предприятием предприятии предприятий предприятиям предприятиями предприятиях",
        "форум форума форуму форумом форуме форумы форумов форумам форумами форумах",
        "технопарк технопарка технопарку технопарком технопарке технопарки технопарков технопаркам технопарками технопарках",
        "отрасль отрасли отраслью отраслей отраслям отраслями отраслях",
        "область области областью областей областям областями областях",
        "город города городу городом городе городов городам городами городах",
        "завод завода заводу заводом заводе заводы заводов заводам заводами заводах",
        "совещание совещания совещанию совещанием совещании совещаний совещаниям совещаниями совещаниях",
        "соглашение соглашения соглашению соглашением соглашении соглашений соглашениям",
        "производство производства производству производством производстве производств производствам производствами",
        "машиностроение машиностроения машиностроению машиностроением машиностроении",
        "поставка поставки поставке поставку поставкой поставок поставкам поставками",
        "ярмарка ярмарки ярмарке ярмарку ярмаркой ярмарок ярмаркам ярмарками",
        "министерство министерства министерству министерством министерстве министерств министерствам",
        "стекло стекла стеклу стеклом стекле стекол стеклам стеклами",
        "конец конца концу концом конце концы концов концам",
        "образец образца образцу образцом образце образцы образцов образцам",
        "инженер инженера инженеру инженером инженере инженеры инженеров инженерам",
        "конференция конференции конференцию конференцией конференций конференциям",
        "россия россии россию россией",
        "москва москвы москве москву москвой",
        "казань казани казанью",
        "саранск саранска саранску саранском саранске",
        "промышленный промышленного промышленному промышленным промышленном промышленная промышленной промышленную промышленное промышленные промышленных промышленными",
        "международный международного международному международным международном международная международной международную международное международные международных международными",
        "научный научного научному научным научном научная научной научную научное научные научных научными",
        "деловой делового деловому деловым деловом деловая деловую деловое деловые деловых деловыми",
        "открытый открытого открытому открытым открытом открытая открытой открытую открытое открытые открытых открытыми",
        "российский российского российскому российским российском российская российской российскую российское российские российских российскими",
        "региональный регионального региональному региональным региональном региональная региональной региональную региональное региональные региональных",
        "малый малого малому малым малом малая малой малую малое малые малых малыми",
        "средний среднего среднему средним среднем средняя средней среднюю среднее средние средних средними",
        "строительный строительного строительная строительной строительные строительных",
        "семинар семинара семинару семинаром семинаре семинары семинаров семинарам семинарами",
        "экскурсия экскурсии экскурсию экскурсией экскурсий",
        "площадь площади площадью площадей",
        "неделя недели неделе неделю неделей недель неделям",
        "организация организации организацию организацией организаций организациям",
        "зона зоны зоне зону зоной зон зонам зонами",
        "химия химии химию химией",
        "металл металла металлом металлы металлов",
        "сталь стали сталью",
        "экспорт экспорта экспорту экспортом",
        "центр центра центру центром центре центры центров",
};

enum { N_LINES = sizeof(forms) / sizeof(*forms), FORMS_MAX = 16, MANY_FORMS = N_LINES * FORMS_MAX };

static size_t split_forms(const char *line, char ret[static FORMS_MAX][64])
{
        size_t n = 0;
        for (int len; sscanf(line, " %63s%n", ret[n], &len) == 1; line += len)
                if (++n == FORMS_MAX)
                        fail_msg("too many forms");
        return n;
}

/* Replaces the second letter by one that no word has there: a vowel by a vowel, as people do. */
static void misspell(const char *word, char ret[static 64])
{
        bool is_vowel = memmem("аеиоуыэюя", strlen("аеиоуыэюя"), word + 2, 2);
        snprintf(ret, 64, "%.2s%s%s", word, is_vowel ? "ы" : "щ", word + 4);
}

static void expect_line(WordIndex *index, const char *query, size_t line, size_t n)
{
        unsigned char found[MANY_FORMS];
        search(index, query, found, sizeof(found));
        for (size_t i = 0; i < n; i++)
                if (!found[line * FORMS_MAX + i])
                        fail_msg("'%s' does not find form %zu of '%s'", query, i, forms[line]);
}

static void test_word_index__each_form_finds_each_other(void **state)
{
        (void)state;
        CLEANUP(word_index_unrefp) WordIndex *index = NULL;
        char words[FORMS_MAX][64], wrong[64];
        assert_int_equal(word_index_new(&index), 0);
        for (size_t i = 0; i < N_LINES; i++) {
                size_t n = split_forms(forms[i], words);
                for (size_t j = 0; j < n; j++)
                        add(index, words[j], (uint32_t)(i * FORMS_MAX + j));
        }
        for (size_t i = 0; i < N_LINES; i++) {
                size_t n = split_forms(forms[i], words);
                for (size_t j = 0; j < n; j++) {
                        expect_line(index, words[j], i, n);
                        misspell(words[j], wrong);
                        if (strlen(wrong) >= sizeof("пятая") - 1)
                                expect_line(index, wrong, i, n);
                }
        }
}

static void test_word_index__long_words_and_many(void **state)
{
        (void)state;
        CLEANUP(word_index_unrefp) WordIndex *index = make();
        unsigned char found[N_TEXTS + 1];
        char text[20001] = "";
        for (size_t i = 0; i + 2 < sizeof(text); i += 2)
                memcpy(text + i, "щ", 3);
        add(index, text, N_TEXTS);
        search(index, text, found, N_TEXTS + 1);
        assert_int_equal(found[N_TEXTS], 1);
        assert_int_equal(found[0], 0);
        for (size_t i = 0; i + 3 < sizeof(text); i += 3)
                memcpy(text + i, "я-", 4);
        search(index, text, found, N_TEXTS + 1);
        assert_int_equal(found[N_TEXTS], 0);
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

/* Merges an index of the first @n texts and one of the others, which do not outlive it. */
static WordIndex *make_merged(uint32_t n, const unsigned char *live)
{
        CLEANUP(word_index_unrefp) WordIndex *first = NULL, *second = NULL;
        WordIndex *merged = NULL;
        assert_int_equal(word_index_new(&first), 0);
        assert_int_equal(word_index_new(&second), 0);
        assert_int_equal(word_index_new(&merged), 0);
        for (uint32_t i = 0; i < N_TEXTS; i++)
                add(i < n ? first : second, texts[i], i);
        assert_int_equal(word_index_merge(merged, first, live), 0);
        assert_int_equal(word_index_merge(merged, second, live), 0);
        return merged;
}

static void test_word_index_merge__finds_what_one_index_does(void **state)
{
        (void)state;
        for (uint32_t n = 0; n <= N_TEXTS; n++) {
                CLEANUP(word_index_unrefp) WordIndex *merged = make_merged(n, NULL);
                assert_int_equal(word_index_count(merged), N_TEXTS);
                for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
                        unsigned char found[N_TEXTS];
                        search(merged, rows[i].query, found, N_TEXTS);
                        for (size_t k = 0; k < N_TEXTS; k++)
                                if (found[k] != rows[i].expected[k] - '0')
                                        fail_msg("line %d, text %zu, after %u texts", rows[i].line, k, n);
                }
        }
}

/* A word of no other event is not there any more. */
static void test_word_index_merge__leaves_out(void **state)
{
        (void)state;
        static const unsigned char live[N_TEXTS] = { 0, 1, 1, 0, 1 };
        static const struct Row gone[] = {
                { __LINE__, "кластер", "00000" },
                { __LINE__, "сессия", "00000" },
                { __LINE__, "seminar", "00000" },
                { __LINE__, "парк", "00100" },
                { __LINE__, "выставки", "01000" },
                { __LINE__, "елка", "00001" },
        };
        CLEANUP(word_index_unrefp) WordIndex *merged = make_merged(2, live);
        assert_int_equal(word_index_count(merged), 3);
        for (size_t i = 0; i < sizeof(gone) / sizeof(*gone); i++) {
                unsigned char found[N_TEXTS];
                search(merged, gone[i].query, found, N_TEXTS);
                for (size_t k = 0; k < N_TEXTS; k++)
                        if (found[k] != gone[i].expected[k] - '0')
                                fail_msg("line %d, text %zu", gone[i].line, k);
        }
}

/* The time is printed; the limit is for a search that reads every text, on a busy machine. */
static void test_word_index__many_events(void **state)
{
        (void)state;
        CLEANUP(word_index_unrefp) WordIndex *index = NULL;
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
                cmocka_unit_test(test_word_index__each_form_finds_each_other),
                cmocka_unit_test(test_word_index__long_words_and_many),
                cmocka_unit_test(test_word_index__tells_a_slight_difference),
                cmocka_unit_test(test_stemmer__follows_the_letters),
                cmocka_unit_test(test_word_index_merge__finds_what_one_index_does),
                cmocka_unit_test(test_word_index_merge__leaves_out),
                cmocka_unit_test(test_word_index__many_events),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
