#include "catalog/word-index.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "catalog/look-alike.h"
#include "catalog/stem.h"
#include "catalog/word-split.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
        SLOTS_MIN = 64,      /* a power of two */
        WORD_MAX = 255,      /* octets; the rest of a longer word is left out */
        FORGIVE_LETTERS = 4, /* a shorter word must be spelled correctly */
        SHORT_STEM = 3,      /* a stem of so few letters is compared only for a word of more than four */
        LETTERS_MAX = 64,    /* a word of so many letters must be spelled correctly, too */
        LETTER_OCTETS = 4,   /* the largest length of a letter */
        NUMBER_OCTETS = 5,   /* the largest length of a number (see Word) */
};

/*
 * A word with the numbers of its events. Each number is written as its difference from the one before, in
 * groups of seven bits, the lowest first; all groups of a number but the last have the eighth bit.
 */
typedef struct Word {
        const char *text;
        const char *stem; /* NULL for a word with punctuation within it */
        union {
                uint8_t few[8];
                uint8_t *many;
        };
        uint32_t len;       /* octets */
        uint32_t allocated; /* of `many`; 0 for `few` */
        uint32_t last;      /* number */
        bool has_any;
} Word;

struct WordIndex {
        _Atomic int refs;
        uint32_t n_events;
        uint32_t first, last; /* their numbers, if there are any */
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
        CLEANUP(word_index_unrefp) WordIndex *index = calloc(1, sizeof(*index));
        if (!index)
                return -ENOMEM;
        if (getrandom(&index->seed, sizeof(index->seed), GRND_NONBLOCK) < 0)
                index->seed = (uint64_t)(uintptr_t)index;
        index->refs = 1;
        index->n_slots = SLOTS_MIN;
        index->slots = calloc(index->n_slots, sizeof(*index->slots));
        if (!index->slots || stemmer_init(&index->stemmer) < 0)
                return -ENOMEM;
        *ret = TAKE_PTR(index);
        return 0;
}

WordIndex *word_index_ref(WordIndex *index)
{
        atomic_fetch_add_explicit(&index->refs, 1, memory_order_relaxed);
        return index;
}

WordIndex *word_index_unref(WordIndex *index)
{
        if (!index || atomic_fetch_sub_explicit(&index->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        for (size_t i = 0; i < index->n; i++)
                if (index->words[i].allocated > 0)
                        free(index->words[i].many);
        free(index->words);
        free(index->slots);
        stemmer_done(&index->stemmer);
        arena_done(&index->arena);
        free(index);
        return NULL;
}

uint32_t word_index_count(const WordIndex *index)
{
        return index->n_events;
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

/* Copies a word and its stem; the stem of most words is the word. */
static int copy_word(WordIndex *index, const char *text, const char *stem, Word *ret)
{
        size_t len = strlen(text);
        bool is_same = stem && strcmp(stem, text) == 0;
        char *copy = arena_allocate(&index->arena, len + 1 + (stem && !is_same ? strlen(stem) + 1 : 0));
        if (!copy)
                return -ENOMEM;
        memcpy(copy, text, len);
        *ret = (Word){ .text = copy, .stem = is_same ? copy : NULL };
        if (stem && !is_same)
                ret->stem = strcpy(copy + len + 1, stem);
        return 0;
}

static int new_word(WordIndex *index, const char *text, const char *stem, Word **ret)
{
        if (index->n == index->allocated) {
                size_t wanted = index->allocated + index->allocated / 2 + 32;
                Word *words = reallocarray(index->words, wanted, sizeof(*words));
                if (!words)
                        return -ENOMEM;
                index->words = words;
                index->allocated = wanted;
        }
        int r = copy_word(index, text, stem, &index->words[index->n]);
        if (r == 0)
                *ret = &index->words[index->n++];
        return r;
}

/* Makes room for one more number of a word. */
static int grow_word(Word *word)
{
        uint32_t room = word->allocated > 0 ? word->allocated : sizeof(word->few);
        if (word->len + NUMBER_OCTETS <= room)
                return 0;
        uint32_t wanted = room + room / 2 + NUMBER_OCTETS;
        uint8_t *bytes = realloc(word->allocated > 0 ? word->many : NULL, wanted);
        if (!bytes)
                return -ENOMEM;
        if (word->allocated == 0)
                memcpy(bytes, word->few, word->len);
        word->many = bytes;
        word->allocated = wanted;
        return 0;
}

static int add_event(Word *word, uint32_t event)
{
        if (word->has_any && word->last == event)
                return 0;
        int r = grow_word(word);
        if (r < 0)
                return r;
        uint8_t *bytes = word->allocated > 0 ? word->many : word->few;
        uint32_t rest = event - word->last;
        for (; rest >= 0x80; rest >>= 7)
                bytes[word->len++] = (uint8_t)(rest | 0x80);
        bytes[word->len++] = (uint8_t)rest;
        word->last = event;
        word->has_any = true;
        return 0;
}

/* The numbers of a word, one after another. */
typedef struct Numbers {
        const uint8_t *at, *end;
        uint32_t number;
} Numbers;

static Numbers numbers_of(const Word *word)
{
        const uint8_t *bytes = word->allocated > 0 ? word->many : word->few;
        return (Numbers){ bytes, bytes + word->len, 0 };
}

static bool next_number(Numbers *numbers)
{
        if (numbers->at == numbers->end)
                return false;
        uint32_t rest = 0;
        unsigned shift = 0;
        for (; *numbers->at & 0x80; shift += 7)
                rest |= (uint32_t)(*numbers->at++ & 0x7f) << shift;
        numbers->number += rest | (uint32_t)*numbers->at++ << shift;
        return true;
}

/* Finds the word with a text, which is as look_alike_copy() returns it; adds the word if there is none. */
static int ready_word(WordIndex *index, const char *text, const char *stem, Word **ret)
{
        int r = grow_slots(index);
        if (r < 0)
                return r;
        uint32_t *slot = slot_of(index, text);
        if (*slot > 0) {
                *ret = &index->words[*slot - 1];
                return 0;
        }
        r = new_word(index, text, stem, ret);
        if (r == 0)
                *slot = (uint32_t)index->n;
        return r;
}

static int add(WordIndex *index, const char *text, size_t len, bool has_stem, uint32_t event)
{
        char copy[WORD_MAX + 1];
        Word *word = NULL;
        look_alike_copy(text, len, copy, sizeof(copy));
        uint32_t known = *slot_of(index, copy);
        if (known > 0)
                return add_event(&index->words[known - 1], event);
        int r = ready_word(index, copy, has_stem ? stemmer_stem(&index->stemmer, copy) : NULL, &word);
        return r == 0 ? add_event(word, event) : r;
}

/*
 * Counts an event. The events come in the order of their numbers, so that only the last one may be the
 * same.
 */
static void count_event(WordIndex *index, uint32_t event)
{
        if (index->n_events == 0)
                index->first = event;
        if (index->n_events == 0 || event != index->last)
                index->n_events++;
        index->last = event;
}

/* Counts the events of another index that are not left out. */
static void count_merged(WordIndex *index, const WordIndex *other, const unsigned char *live)
{
        uint32_t n = 0;
        if (other->n_events == 0)
                return;
        for (uint32_t number = other->first; live && number <= other->last; number++)
                n += live[number];
        n = live ? n : other->n_events;
        if (index->n_events == 0)
                index->first = other->first;
        index->n_events += n;
        index->last = other->last;
}

int word_index_merge(WordIndex *index, const WordIndex *other, const unsigned char *live)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < other->n; i++) {
                const Word *from = &other->words[i];
                Numbers numbers = numbers_of(from);
                Word *to = NULL;
                while (r == 0 && next_number(&numbers)) {
                        if (live && !live[numbers.number])
                                continue;
                        if (!to)
                                r = ready_word(index, from->text, from->stem, &to);
                        if (r == 0)
                                r = add_event(to, numbers.number);
                }
        }
        count_merged(index, other, live);
        return r;
}

int word_index_add(WordIndex *index, const char *text, uint32_t event)
{
        const char *word, *part;
        size_t len, part_len;
        int r = 0;
        count_event(index, event);
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

typedef struct Search {
        WordIndex *const *indexes;
        size_t n_indexes;
        WordIsLive is_live;
        void *userdata;
        Stemmer stemmer;
        unsigned char *found, *found_part; /* `n` octets each */
        size_t n;
} Search;

/* Marks the events of a word. Return: whether one of them still is in the catalog. */
static bool mark(const Search *search, const Word *word, unsigned char *found)
{
        Numbers numbers = numbers_of(word);
        bool has_live = false;
        while (next_number(&numbers)) {
                found[numbers.number] = 1;
                has_live = has_live || !search->is_live || search->is_live(numbers.number, search->userdata);
        }
        return has_live;
}

static bool mark_forms(const Search *search, const WordIndex *index, const char *asked, const char *stem,
                unsigned char *found)
{
        bool has_any = false;
        for (size_t i = 0; i < index->n; i++) {
                const Word *word = &index->words[i];
                if (!strstr(word->text, asked) && !(stem && word->stem && strcmp(word->stem, stem) == 0))
                        continue;
                has_any |= mark(search, word, found);
        }
        return has_any;
}

/*
 * Marks the events with a word that differs slightly, or whose stem does. A word is not compared if its
 * stem is more than one letter longer or shorter.
 */
static void mark_similar(const Search *search, const WordIndex *index, const char *asked, const char *stem,
                unsigned char *found)
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
                        mark(search, word, found);
                        continue;
                }
                of_word = letters_of(word->text);
                if (differ_slightly(&of_word, &letters))
                        mark(search, word, found);
        }
}

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
        bool has_any = false;
        for (size_t i = 0; i < search->n_indexes; i++)
                has_any |= mark_forms(search, search->indexes[i], asked, stem, found);
        for (size_t i = 0; !has_any && stem && i < search->n_indexes; i++)
                mark_similar(search, search->indexes[i], asked, stem, found);
        return !has_any && !is_whole;
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

int word_index_search(WordIndex *const *indexes, size_t n_indexes, const char *query, WordIsLive is_live,
                void *userdata, unsigned char *ret, size_t n)
{
        CLEANUP(search_done)
        Search search = {
                .indexes = indexes,
                .n_indexes = n_indexes,
                .is_live = is_live,
                .userdata = userdata,
                .found = malloc(n + 1),
                .found_part = malloc(n + 1),
                .n = n,
        };
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
