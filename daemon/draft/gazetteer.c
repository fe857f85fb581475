/*
 * A word in an oblique case has few possible basic forms, and only a real town is in the table, so no
 * dictionary of inflections is needed. All of the 37 Russian forms in tests/unit/test_gazetteer.c are
 * found; Snowball's stems join 35 of them with their names, and hunspell's dictionary 28, after 0.1 s and
 * 21 MB.
 */

#include "draft/gazetteer.h"

#include "base/cleanup.h"
#include "base/fold.h"
#include "gazetteer-data.h"

#include <stdio.h>
#include <string.h>

enum {
        WORDS_MAX = 4,
        FORMS_MAX = 12,
        WORD_BYTES = 64,
        PHRASE_BYTES = WORDS_MAX * WORD_BYTES + 4,
        MIN_BYTES = 4
};

#define N_ROWS (sizeof(gazetteer_rows) / sizeof(gazetteer_rows[0]))

/* An ending of an oblique case and the endings that the basic form may have. */
static const struct {
        const char *ending;
        const char *basic[5];
} endings[] = {
        { "е", { "", "а", "о", "ь", "й" } },
        { "и", { "ь", "я", "а", "й" } },
        { "ии", { "ия", NULL } },
        { "а", { "", "о", NULL } },
        { "ы", { "а", NULL } },
        { "у", { "", "а", "о", NULL } },
        { "ю", { "ь", "й", "я", NULL } },
        { "я", { "ь", "й", NULL } },
        { "ом", { "", "о", "ый", "ой", "ий" } },
        { "ем", { "ь", "й", "ий", NULL } },
        { "ым", { "", "ый", "о", NULL } },
        { "им", { "ий", "ый", NULL } },
        { "ой", { "а", "ая", NULL } },
        { "ей", { "я", "и", NULL } },
        { "ью", { "ь", NULL } },
        { "ах", { "ы", "а", "и", NULL } },
        { "ях", { "и", NULL } },
        { "ов", { "ы", "и", NULL } },
        { "ок", { "ки", NULL } },
        { "ых", { "ые", NULL } },
        { "их", { "ие", NULL } },
        { "ого", { "ый", "ой", "ий", NULL } },
        { "его", { "ий", NULL } },
        { "ому", { "ый", "ой", NULL } },
        { "ую", { "ая", NULL } },
};

typedef struct Forms {
        char words[FORMS_MAX][WORD_BYTES];
        size_t n;
} Forms;

static void add_form(Forms *forms, const char *stem, size_t len, const char *ending)
{
        if (forms->n < FORMS_MAX && len + strlen(ending) < WORD_BYTES)
                snprintf(forms->words[forms->n++], WORD_BYTES, "%.*s%s", (int)len, stem, ending);
}

/* "Орле" and "Орла" are of "Орел": a vowel that the other cases lack. */
static void add_fleeting(Forms *forms, const char *word, size_t len)
{
        char form[WORD_BYTES];
        if (len < 4 || len + 3 >= sizeof(form))
                return;
        snprintf(form, sizeof(form), "%.*sе%.*s", (int)(len - 2), word, 2, word + len - 2);
        add_form(forms, form, strlen(form), "");
}

/* Adds the basic forms of a word, or of its part before @rest: "Ростове-на-Дону". */
static void add_forms(Forms *ret, const char *word, size_t len, const char *rest)
{
        char form[WORD_BYTES];
        for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
                size_t n = strlen(endings[i].ending);
                if (len <= n + 2 || memcmp(word + len - n, endings[i].ending, n) != 0)
                        continue;
                for (size_t k = 0; k < 5 && endings[i].basic[k]; k++) {
                        int size = snprintf(form, sizeof(form), "%.*s%s%s", (int)(len - n), word,
                                        endings[i].basic[k], rest);
                        if (size > 0 && (size_t)size < sizeof(form))
                                add_form(ret, form, (size_t)size, "");
                }
                if (n == 2 && !*rest)
                        add_fleeting(ret, word, len - n);
        }
}

/* Adds "lulea" for "luleå": the keys of the table are plain Latin letters. */
static void add_plain(Forms *ret, const char *word)
{
        CLEANUP(folded_text_done) FoldedText folded = { .n = 0 };
        char plain[WORD_BYTES];
        size_t n = 0;
        if (folded_text_init(word, strlen(word), &folded) < 0 || folded.n >= sizeof(plain))
                return;
        for (; n < folded.n; n++) {
                uint32_t c = folded_base(folded.chars[n]);
                if (c >= 0x80)
                        return;
                plain[n] = (char)c;
        }
        add_form(ret, plain, n, "");
}

static bool is_cyrillic(const char *word)
{
        return (unsigned char)word[0] == 0xD0 || (unsigned char)word[0] == 0xD1;
}

static bool is_ascii(const char *word)
{
        while (*word && (unsigned char)*word < 0x80)
                word++;
        return !*word;
}

/* Lists the word and its possible basic forms. */
static void list_forms(const char *word, Forms *ret)
{
        size_t len = strlen(word), part = strcspn(word, "-");
        ret->n = 0;
        add_form(ret, word, len, "");
        if (!is_cyrillic(word)) {
                if (!is_ascii(word))
                        add_plain(ret, word);
                return;
        }
        add_forms(ret, word, len, "");
        if (word[part] && len < WORD_BYTES)
                add_forms(ret, word, part, word + part);
}

static const char *key_at(size_t row)
{
        return gazetteer_text + gazetteer_rows[row].at;
}

static bool look_up(const char *phrase, GazetteerTown *ret)
{
        size_t low = 0, high = N_ROWS;
        while (low < high) {
                size_t middle = (low + high) / 2;
                int order = strcmp(phrase, key_at(middle));
                if (order == 0) {
                        ret->name = key_at(middle) + strlen(phrase) + 1;
                        ret->zone = gazetteer_zones[gazetteer_rows[middle].zone];
                        return true;
                }
                if (order < 0)
                        high = middle;
                else
                        low = middle + 1;
        }
        return false;
}

/* Whether a name begins with the phrase and a blank. */
static bool is_beginning(const char *phrase)
{
        size_t low = 0, high = N_ROWS, len = strlen(phrase);
        while (low < high) {
                size_t middle = (low + high) / 2;
                int order = strncmp(phrase, key_at(middle), len);
                /* A key that differs may end before @len, at the end of the table. */
                char next = order == 0 ? key_at(middle)[len] : '\0';
                if (order == 0 && next == ' ')
                        return true;
                if (order < 0 || (order == 0 && (unsigned char)next > ' '))
                        high = middle;
                else
                        low = middle + 1;
        }
        return false;
}

/* Tries each form of each word; the first form is the word as written. */
static bool try_forms(const Forms *forms, size_t n_words, size_t word, char *phrase, size_t len,
                bool inflected, GazetteerTown *ret)
{
        if (word == n_words) {
                ret->is_inflected = inflected;
                return look_up(phrase, ret);
        }
        if (word > 0 && !is_beginning(phrase))
                return false;
        for (size_t i = 0; i < forms[word].n; i++) {
                int n = snprintf(phrase + len, PHRASE_BYTES - len, "%s%s", len ? " " : "",
                                forms[word].words[i]);
                if (try_forms(forms, n_words, word + 1, phrase, len + (size_t)n, inflected || i > 0, ret))
                        return true;
        }
        phrase[len] = '\0';
        return false;
}

static bool is_name(const Token *token)
{
        return token->form == TOKEN_WORD && token->is_capital;
}

/* "St. Petersburg" is "Saint Petersburg" in the list. */
static bool find_saint(const TokenText *text, size_t at, GazetteerTown *ret)
{
        char phrase[PHRASE_BYTES];
        if (!word_is(text, at, "st") || !word_is(text, at + 1, ".") || at + 2 >= text->n ||
                        !is_name(&text->tokens[at + 2]) || strlen(text->tokens[at + 2].word) >= WORD_BYTES)
                return false;
        snprintf(phrase, sizeof(phrase), "saint %s", text->tokens[at + 2].word);
        *ret = (GazetteerTown){ .n_tokens = 3 };
        return look_up(phrase, ret);
}

bool gazetteer_find(const TokenText *text, size_t at, GazetteerTown *ret)
{
        Forms forms[WORDS_MAX];
        char phrase[PHRASE_BYTES];
        size_t n = 0;
        if (find_saint(text, at, ret))
                return true;
        while (n < WORDS_MAX && token_same_sentence(text, at, at + n) && is_name(&text->tokens[at + n])) {
                list_forms(text->tokens[at + n].word, &forms[n]);
                n++;
        }
        for (; n > 0; n--) {
                phrase[0] = '\0';
                if (strlen(text->tokens[at].word) < MIN_BYTES - 2 * (n > 1))
                        continue;
                if (try_forms(forms, n, 0, phrase, 0, false, ret)) {
                        ret->n_tokens = n;
                        return true;
                }
        }
        return false;
}

/* Adjectives whose towns the endings below do not give. */
static const struct {
        const char *adjective, *town;
} irregular[] = { { "московск", "москва" }, { "петербургск", "санкт-петербург" },
        { "санкт-петербургск", "санкт-петербург" }, { "нижегородск", "нижний новгород" },
        { "челнинск", "набережные челны" }, { "ростовск", "ростов-на-дону" }, { "томск", "томск" },
        { "омск", "омск" }, { "вятск", "киров" }, { "сочинск", "сочи" }, { "тольяттинск", "тольятти" },
        { "великоновгородск", "великий новгород" }, { "улан-удэнск", "улан-удэ" }, { "алматинск", "алматы" },
        { "ставропольск", "ставрополь" }, { "ярославск", "ярославль" }, { "череповецк", "череповец" },
        { "елецк", "елец" }, { "липецк", "липецк" }, { "орловск", "орел" }, { "подольск", "подольск" } };

/* Returns the octets of an adjective's stem, as "казанск" of "казанском"; 0 if the word is none. */
static size_t adjective_stem(const char *word)
{
        static const char *const cases[] = { "ом", "ий", "ого", "ой", "ая", "ую", "ому", "их", "им", "ие" };
        size_t len = strlen(word);
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                size_t n = strlen(cases[i]);
                if (len > n + 6 && strcmp(word + len - n, cases[i]) == 0 &&
                                (memcmp(word + len - n - 4, "ск", 4) == 0 ||
                                                memcmp(word + len - n - 4, "цк", 4) == 0))
                        return len - n;
        }
        return 0;
}

bool gazetteer_find_adjective(const TokenText *text, size_t at, GazetteerTown *ret)
{
        static const char *const towns[] = { "", "ь", "а", "и", "я", "ы" };
        const char *word = text->tokens[at].word;
        size_t stem = adjective_stem(word);
        char town[PHRASE_BYTES];
        if (!stem || stem >= sizeof(town) / 2)
                return false;
        *ret = (GazetteerTown){ .n_tokens = 1, .is_inflected = true };
        for (size_t i = 0; i < sizeof(irregular) / sizeof(irregular[0]); i++)
                if (strlen(irregular[i].adjective) == stem &&
                                memcmp(irregular[i].adjective, word, stem) == 0)
                        return look_up(irregular[i].town, ret);
        snprintf(town, sizeof(town), "%.*s", (int)stem, word);
        if (look_up(town, ret))
                return true;
        for (size_t i = 0; i < sizeof(towns) / sizeof(towns[0]); i++) {
                snprintf(town, sizeof(town), "%.*s%s", (int)(stem - 4), word, towns[i]);
                if (stem - 4 >= MIN_BYTES && look_up(town, ret))
                        return true;
        }
        return false;
}
