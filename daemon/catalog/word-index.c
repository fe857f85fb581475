#include "catalog/word-index.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "catalog/look-alike.h"
#include "catalog/stem.h"
#include "catalog/word-split.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
        SLOTS_MIN = 1024,    /* a power of two */
        WORD_MAX = 255,      /* octets; the rest of a longer word is left out */
        FORGIVE_LETTERS = 4, /* a shorter word must be spelled correctly */
        SHORT_STEM = 3,      /* a stem of so few letters is compared only for a word of more than four */
        LETTERS_MAX = 64,    /* a word of so many letters must be spelled correctly, too */
        LETTER_OCTETS = 4,   /* the largest length of a letter */
};

typedef struct Word {
        const char *text;
        const char *stem; /* NULL for a word with punctuation within it */
        uint32_t *events; /* ascending */
        uint32_t n, allocated;
} Word;

struct WordIndex {
        Arena arena;
        Stemmer stemmer; /* of word_index_add() */
        uint64_t seed;   /* random, so that nobody can choose words with the same hash */
        Word *words;
        size_t n, allocated;
        uint32_t *slots; /* 0, or the number of a word + 1 */
        size_t n_slots;
};

int word_index_new(WordIndex **ret)
{
        *ret = NULL;
        CLEANUP(word_index_freep) WordIndex *index = calloc(1, sizeof(*index));
        if (!index)
                return -ENOMEM;
        if (getrandom(&index->seed, sizeof(index->seed), GRND_NONBLOCK) < 0)
                index->seed = (uint64_t)(uintptr_t)index;
        index->n_slots = SLOTS_MIN;
        index->slots = calloc(index->n_slots, sizeof(*index->slots));
        if (!index->slots || stemmer_init(&index->stemmer) < 0)
                return -ENOMEM;
        *ret = TAKE_PTR(index);
        return 0;
}

WordIndex *word_index_free(WordIndex *index)
{
        if (!index)
                return NULL;
        for (size_t i = 0; i < index->n; i++)
                free(index->words[i].events);
        free(index->words);
        free(index->slots);
        stemmer_done(&index->stemmer);
        arena_done(&index->arena);
        free(index);
        return NULL;
}

/* FNV-1a, from a state that is not known outside. */
static uint64_t hash(const WordIndex *index, const char *text)
{
        uint64_t state = index->seed;
        for (; *text; text++)
                state = (state ^ (unsigned char)*text) * UINT64_C(1099511628211);
        return state ^ state >> 32;
}

static uint32_t *slot_of(const WordIndex *index, const char *text)
{
        size_t at = hash(index, text) & (index->n_slots - 1);
        while (index->slots[at] && strcmp(index->words[index->slots[at] - 1].text, text) != 0)
                at = (at + 1) & (index->n_slots - 1);
        return &index->slots[at];
}

static int grow_slots(WordIndex *index)
{
        if (index->n * 2 < index->n_slots)
                return 0;
        uint32_t *slots = calloc(index->n_slots * 2, sizeof(*slots));
        if (!slots)
                return -ENOMEM;
        free(index->slots);
        index->slots = slots;
        index->n_slots *= 2;
        for (size_t i = 0; i < index->n; i++)
                *slot_of(index, index->words[i].text) = (uint32_t)i + 1;
        return 0;
}

static int add_word(WordIndex *index, const char *text, bool has_stem, Word **ret)
{
        if (index->n == index->allocated) {
                size_t wanted = index->allocated * 2 + 256;
                Word *words = reallocarray(index->words, wanted, sizeof(*words));
                if (!words)
                        return -ENOMEM;
                index->words = words;
                index->allocated = wanted;
        }
        const char *stem = has_stem ? stemmer_stem(&index->stemmer, text) : NULL;
        Word word = {
                .text = arena_copy(&index->arena, text, strlen(text)),
                .stem = stem ? arena_copy(&index->arena, stem, strlen(stem)) : NULL,
        };
        if (!word.text || (stem && !word.stem))
                return -ENOMEM;
        *ret = &index->words[index->n++];
        **ret = word;
        return 0;
}

static int add_event(Word *word, uint32_t event)
{
        if (word->n > 0 && word->events[word->n - 1] == event)
                return 0;
        if (word->n == word->allocated) {
                uint32_t wanted = word->allocated * 2 + 2;
                uint32_t *events = reallocarray(word->events, wanted, sizeof(*events));
                if (!events)
                        return -ENOMEM;
                word->events = events;
                word->allocated = wanted;
        }
        word->events[word->n++] = event;
        return 0;
}

static int add(WordIndex *index, const char *text, size_t len, bool has_stem, uint32_t event)
{
        char copy[WORD_MAX + 1];
        Word *word;
        look_alike_copy(text, len, copy, sizeof(copy));
        int r = grow_slots(index);
        if (r < 0)
                return r;
        uint32_t *slot = slot_of(index, copy);
        if (*slot == 0) {
                r = add_word(index, copy, has_stem, &word);
                if (r < 0)
                        return r;
                *slot = (uint32_t)index->n;
        }
        return add_event(&index->words[*slot - 1], event);
}

int word_index_add(WordIndex *index, const char *text, uint32_t event)
{
        const char *word, *part;
        size_t len, part_len;
        int r = 0;
        while (r == 0 && (word = word_split_next(&text, &len))) {
                const char *rest = word;
                part = word_split_part(&rest, word + len, &part_len);
                bool is_whole = part_len == len;
                r = add(index, word, len, is_whole, event);
                for (; r == 0 && !is_whole && part; part = word_split_part(&rest, word + len, &part_len))
                        r = add(index, part, part_len, true, event);
        }
        return r;
}

typedef struct Letters {
        uint32_t list[LETTERS_MAX];
        size_t n; /* LETTERS_MAX also for a longer word */
} Letters;

static Letters letters_of(const char *word)
{
        Letters letters = { .n = 0 };
        const unsigned char *c = (const unsigned char *)word;
        while (*c && letters.n < LETTERS_MAX) {
                uint32_t letter = *c++;
                while ((*c & 0xc0) == 0x80)
                        letter = letter << 8 | *c++;
                letters.list[letters.n++] = letter;
        }
        return letters;
}

static bool same_rest(const Letters *a, size_t from_a, const Letters *b, size_t from_b)
{
        return a->n - from_a == b->n - from_b &&
               memcmp(a->list + from_a, b->list + from_b, (a->n - from_a) * sizeof(*a->list)) == 0;
}

static bool differ_slightly(const Letters *a, const Letters *b)
{
        size_t i = 0;
        if (a->n == LETTERS_MAX || b->n == LETTERS_MAX)
                return false;
        while (i < a->n && i < b->n && a->list[i] == b->list[i])
                i++;
        if (i == a->n || i == b->n)
                return a->n - i + b->n - i <= 1;
        bool exchanged = i + 1 < a->n && i + 1 < b->n && a->list[i] == b->list[i + 1] &&
                         a->list[i + 1] == b->list[i] && same_rest(a, i + 2, b, i + 2);
        return exchanged || same_rest(a, i + 1, b, i + 1) || same_rest(a, i + 1, b, i) ||
               same_rest(a, i, b, i + 1);
}

bool word_index_differ_slightly(const char *one, const char *other)
{
        Letters a = letters_of(one), b = letters_of(other);
        return differ_slightly(&a, &b);
}

static void mark(const Word *word, unsigned char *found)
{
        for (uint32_t i = 0; i < word->n; i++)
                found[word->events[i]] = 1;
}

static bool mark_forms(const WordIndex *index, const char *asked, const char *stem, unsigned char *found)
{
        bool has_any = false;
        for (size_t i = 0; i < index->n; i++) {
                const Word *word = &index->words[i];
                if (!strstr(word->text, asked) && !(stem && word->stem && strcmp(word->stem, stem) == 0))
                        continue;
                mark(word, found);
                has_any = true;
        }
        return has_any;
}

/*
 * Marks the events with a word that differs slightly, or whose stem does. A word is not compared if its stem
 * is more than one letter longer or shorter.
 */
static void mark_similar(const WordIndex *index, const char *asked, const char *stem, unsigned char *found)
{
        Letters letters = letters_of(asked), of_stem = letters_of(stem);
        if (letters.n < FORGIVE_LETTERS)
                return;
        bool is_long = of_stem.n >= FORGIVE_LETTERS ||
                       (of_stem.n == SHORT_STEM && letters.n > FORGIVE_LETTERS);
        size_t len = strlen(stem);
        for (size_t i = 0; i < index->n; i++) {
                const Word *word = &index->words[i];
                if (!word->stem)
                        continue;
                size_t word_len = strlen(word->stem);
                if (word_len > len + LETTER_OCTETS || len > word_len + LETTER_OCTETS)
                        continue;
                Letters of_word = letters_of(word->stem);
                if (is_long && differ_slightly(&of_word, &of_stem)) {
                        mark(word, found);
                        continue;
                }
                of_word = letters_of(word->text);
                if (differ_slightly(&of_word, &letters))
                        mark(word, found);
        }
}

typedef struct Search {
        const WordIndex *index;
        Stemmer stemmer;
        unsigned char *found, *found_part; /* `n` octets each */
        size_t n;
} Search;

/*
 * Marks the events with a word. Return: whether the word must be searched in parts, because it has
 * punctuation in it and is not found.
 */
static bool search_whole(Search *search, const char *text, size_t len, bool is_whole, unsigned char *found)
{
        char asked[WORD_MAX + 1];
        look_alike_copy(text, len, asked, sizeof(asked));
        const char *stem = is_whole ? stemmer_stem(&search->stemmer, asked) : NULL;
        memset(found, 0, search->n);
        if (mark_forms(search->index, asked, stem, found))
                return false;
        if (stem)
                mark_similar(search->index, asked, stem, found);
        return !is_whole;
}

static void search_word(Search *search, const char *text, size_t len)
{
        const char *rest = text, *part;
        size_t part_len;
        word_split_part(&rest, text + len, &part_len);
        if (!search_whole(search, text, len, part_len == len, search->found))
                return;
        memset(search->found, 1, search->n);
        for (rest = text; (part = word_split_part(&rest, text + len, &part_len));) {
                search_whole(search, part, part_len, true, search->found_part);
                for (size_t i = 0; i < search->n; i++)
                        search->found[i] &= search->found_part[i];
        }
}

static void search_done(Search *search)
{
        stemmer_done(&search->stemmer);
        free(search->found);
        free(search->found_part);
}

int word_index_search(const WordIndex *index, const char *query, unsigned char *ret, size_t n)
{
        CLEANUP(search_done)
        Search search = { .index = index, .found = malloc(n + 1), .found_part = malloc(n + 1), .n = n };
        const char *word;
        size_t len;
        bool has_words = *query == '\0';
        int r = stemmer_init(&search.stemmer);
        if (!search.found || !search.found_part)
                return -ENOMEM;
        memset(ret, 1, n);
        while (r == 0 && (word = word_split_next(&query, &len))) {
                has_words = true;
                search_word(&search, word, len);
                for (size_t i = 0; i < n; i++)
                        ret[i] &= search.found[i];
        }
        if (!has_words)
                memset(ret, 0, n);
        return r;
}
