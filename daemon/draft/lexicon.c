/*
 * Each token is compared with the patterns that begin with the same letter, so the time is linear in the
 * text. A stemmer does not fit here: it makes one stem of "пройдет" and "проходить" or of "прошел" and
 * "прошлый", whose difference is the tense of a report.
 */

#include "draft/lexicon.h"

#include "draft/strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
        N_BUCKETS = 512,
        MATCHES_MAX = 6,
        COMPOUND_MIN = 6 /* octets before the part; twice as many in it */
};

/* The endings of Russian nouns and adjectives; a folded word has no ё. */
static const char *const endings[] = { "а", "я", "о", "е", "ы", "и", "у", "ю", "ь", "й", "ов", "ев", "ей",
        "ом", "ем", "ам", "ям", "ах", "ях", "ой", "ою", "ью", "ья", "ье", "ьи", "ий", "ии", "ия", "ие", "ию",
        "ый", "ая", "яя", "ое", "ее", "ые", "ых", "их", "ым", "им", "ую", "юю", "ого", "его", "ому", "ему",
        "ами", "ями", "ыми", "ими", "ием", "иям", "иях", "ией", "иями", NULL };

static const char *const adjective_endings[] = { "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого",
        "его", "ому", "ему", "ым", "им", "ую", "юю", "ом", "ем", "ых", "их", "ыми", "ими", "ей", NULL };

static const char *const verb_endings[] = { "лся", "лась", "лось", "лись", "ется", "ится", "утся", "ются",
        "атся", "ятся", "ают", "яют", "уют", NULL };

/* Patterns by their first two letters, as chains. */
typedef struct Pattern {
        const LexiconEntry *entry;
        const char *text; /* ends with NUL or "|" */
        uint32_t next;    /* in the chain: a number from 1; 0 for none */
} Pattern;

typedef struct Index {
        Pattern *patterns;
        uint32_t first[N_BUCKETS];
        size_t n;
} Index;

/*
 * Returns the length of the UTF-8 sequence that begins with @c; of two octets for every letter of
 * interest.
 */
static size_t letter_length(char c)
{
        return (unsigned char)c < 0x80 ? 1 : 2;
}

/* @len: the length of the word, or of the part of the pattern that is fixed */
static size_t bucket(const char *word, size_t len)
{
        size_t hash = 0, end = len ? letter_length(word[0]) : 0;
        end += end < len ? letter_length(word[end]) : 0;
        for (size_t i = 0; i < end && i < len; i++)
                hash = hash * 31 + (unsigned char)word[i];
        return hash % N_BUCKETS;
}

static bool is_one_of(const char *ending, const char *const *list)
{
        for (size_t i = 0; list[i]; i++)
                if (strcmp(list[i], ending) == 0)
                        return true;
        return false;
}

bool lexicon_is_adjective(const char *word)
{
        size_t len = strlen(word);
        for (size_t i = 0; adjective_endings[i]; i++) {
                size_t n = strlen(adjective_endings[i]);
                if (len >= n + 4 && strcmp(word + len - n, adjective_endings[i]) == 0)
                        return true;
        }
        return false;
}

bool lexicon_is_verb(const char *word)
{
        size_t len = strlen(word);
        for (size_t i = 0; verb_endings[i]; i++) {
                size_t n = strlen(verb_endings[i]);
                if (len >= n + 4 && strcmp(word + len - n, verb_endings[i]) == 0)
                        return true;
        }
        return false;
}

/* Compares a word with one word of a pattern, and moves @pattern to the next word. */
static bool word_matches(const char *word, const char **pattern)
{
        size_t len = strcspn(*pattern, " |");
        const char *at = *pattern;
        char last = at[len - 1];
        bool is_open = last == '~' || last == '*';
        size_t fixed = is_open ? len - 1 : len;
        *pattern = at + len + (at[len] == ' ');
        if (strncmp(word, at, fixed) != 0)
                return false;
        const char *rest = word + fixed;
        return last == '*' || !*rest || (last == '~' && is_one_of(rest, endings));
}

/* Returns the number of tokens that the pattern matches; 0 for none. */
static uint32_t matches(const TokenText *text, size_t at, const char *pattern)
{
        uint32_t n = 0;
        while (*pattern && *pattern != '|') {
                if (!token_same_sentence(text, at, at + n) ||
                                !word_matches(text->tokens[at + n].word, &pattern))
                        return 0;
                n++;
        }
        return n;
}

static size_t count_patterns(const LexiconEntry *entries)
{
        size_t n = 0;
        for (; entries && entries->patterns; entries++) {
                n++;
                for (const char *c = entries->patterns; *c; c++)
                        n += *c == '|';
        }
        return n;
}

static void add_pattern(Index *index, const LexiconEntry *entry, const char *text)
{
        size_t b = bucket(text, strcspn(text, "~*| "));
        index->patterns[index->n] = (Pattern){ entry, text, index->first[b] };
        index->first[b] = (uint32_t)++index->n;
}

static void add_entries(Index *index, const LexiconEntry *entries)
{
        for (; entries && entries->patterns; entries++)
                for (const char *text = entries->patterns; *text;) {
                        add_pattern(index, entries, text);
                        text += strcspn(text, "|");
                        text += *text == '|';
                }
}

static int build(TokenText *text, const LexiconEntry *more, Index *ret)
{
        size_t n = count_patterns(more);
        for (Language i = 0; i < LANGUAGES_N; i++)
                n += count_patterns(draft_strings(i)->words);
        ret->patterns = arena_allocate(&text->arena, (n + 1) * sizeof(*ret->patterns));
        if (!ret->patterns)
                return -ENOMEM;
        for (Language i = 0; i < LANGUAGES_N; i++)
                add_entries(ret, draft_strings(i)->words);
        add_entries(ret, more);
        return 0;
}

/* Finds the patterns that begin at a token. */
static size_t find_word(const TokenText *text, const Index *index, size_t at, LexiconMatch *ret)
{
        size_t n = 0;
        const char *word = text->tokens[at].word;
        for (uint32_t i = index->first[bucket(word, strlen(word))]; i && n < MATCHES_MAX;
                        i = index->patterns[i - 1].next) {
                uint32_t n_tokens = matches(text, at, index->patterns[i - 1].text);
                if (n_tokens)
                        ret[n++] = (LexiconMatch){ index->patterns[i - 1].entry, n_tokens };
        }
        return n;
}

/* Whether a pattern of one word is the whole of @word. */
static bool is_whole(const char *word, const char *pattern)
{
        const char *at = pattern;
        return word_matches(word, &at) && (!*at || *at == '|');
}

/*
 * Finds what the last part of a double word is: "онлайн-встречу", "бизнес-сессия". Only events are taken.
 */
static size_t find_last_part(const TokenText *text, const Index *index, size_t at, LexiconMatch *ret)
{
        const char *dash = strrchr(text->tokens[at].word, '-');
        if (!dash || !dash[1])
                return 0;
        for (uint32_t i = index->first[bucket(dash + 1, strlen(dash + 1))]; i;
                        i = index->patterns[i - 1].next) {
                const Pattern *pattern = &index->patterns[i - 1];
                if (pattern->entry->class != WORD_EVENT || !is_whole(dash + 1, pattern->text))
                        continue;
                ret[0] = (LexiconMatch){ pattern->entry, 1 };
                return 1;
        }
        return 0;
}

/* Finds the event's word that ends a Russian compound: "технофорум", "видеоконференции". */
static size_t find_compound(const TokenText *text, const Index *index, size_t at, LexiconMatch *ret)
{
        const char *word = text->tokens[at].word;
        if (text->tokens[at].form != TOKEN_WORD || (unsigned char)word[0] < 0x80)
                return 0;
        for (const char *part = word + COMPOUND_MIN;
                        part < word + strlen(word) && strlen(part) >= 2 * COMPOUND_MIN; part += 2)
                for (uint32_t i = index->first[bucket(part, strlen(part))]; i;
                                i = index->patterns[i - 1].next) {
                        const Pattern *pattern = &index->patterns[i - 1];
                        if (pattern->entry->class != WORD_EVENT || (pattern->entry->value & ~EVENT_KIND) ||
                                        !is_whole(part, pattern->text))
                                continue;
                        ret[0] = (LexiconMatch){ pattern->entry, 1 };
                        return 1;
                }
        return 0;
}

static size_t find(const TokenText *text, const Index *index, size_t at, LexiconMatch *ret)
{
        size_t n = find_word(text, index, at, ret);
        n = n ? n : find_last_part(text, index, at, ret);
        return n ? n : find_compound(text, index, at, ret);
}

int lexicon_mark(TokenText *text, const LexiconEntry *more)
{
        Index index = { .n = 0 };
        size_t allocated = text->n + 64;
        int r = build(text, more, &index);
        text->matches = r == 0 ? malloc(allocated * sizeof(*text->matches)) : NULL;
        for (size_t i = 0; i < text->n && text->matches; i++) {
                if (text->n_matches + MATCHES_MAX > allocated) {
                        allocated += text->n + MATCHES_MAX;
                        LexiconMatch *larger = realloc(text->matches, allocated * sizeof(*larger));
                        if (!larger)
                                free(text->matches);
                        text->matches = larger;
                        if (!larger)
                                break;
                }
                text->tokens[i].first_match = (uint32_t)text->n_matches;
                text->tokens[i].n_matches = (uint16_t)find(text, &index, i, text->matches + text->n_matches);
                text->n_matches += text->tokens[i].n_matches;
        }
        return r == 0 && !text->matches ? -ENOMEM : r;
}

const LexiconMatch *lexicon_at(const TokenText *text, size_t at, WordClass class)
{
        const LexiconMatch *best = NULL;
        if (at >= text->n)
                return NULL;
        const LexiconMatch *match = text->matches + text->tokens[at].first_match;
        for (size_t i = 0; i < text->tokens[at].n_matches; i++)
                if (match[i].entry->class == class && (!best || match[i].n_tokens > best->n_tokens))
                        best = &match[i];
        return best;
}

bool lexicon_is(const TokenText *text, size_t at, WordClass class)
{
        return lexicon_at(text, at, class) != NULL;
}

int lexicon_value(const TokenText *text, size_t at, WordClass class, int otherwise)
{
        const LexiconMatch *match = lexicon_at(text, at, class);
        return match ? match->entry->value : otherwise;
}
