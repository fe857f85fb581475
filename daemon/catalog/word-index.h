#pragma once

/*
 * Private to catalog/: the words of events, each once, with the events that contain it. A search reads the
 * words and not the texts, so its cost grows with the vocabulary only. After the last call of
 * word_index_add() or word_index_merge() an index is immutable; threads share it by reference.
 *
 * A query's word finds an event with
 * - a word that contains it: "класт" finds "кластер";
 * - another form of it: "кластеры" finds "кластера";
 * - if there is neither: a word, or a form of a word, that differs from it by one wrong, missing or
 *   additional letter, or by two exchanged neighbours. A word with punctuation within it ("innoprom–2025")
 *   finds the events that have all its parts instead.
 */

#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct WordIndex WordIndex;

/** word_index_new() - make an empty index. Return: 0 or -ENOMEM. */
int word_index_new(WordIndex **ret);
WordIndex *word_index_ref(WordIndex *index);
WordIndex *word_index_unref(WordIndex *index);
DEFINE_CLEANUP(WordIndex, word_index_unrefp, word_index_unref)

/**
 * word_index_add() - add the words of an event
 * @text:  folded by text_fold()
 * @event: its number; the numbers of several calls must not descend
 *
 * Return: 0 or -ENOMEM; after a failure the index can only be freed.
 */
int word_index_add(WordIndex *index, const char *text, uint32_t event);

/**
 * word_index_merge() - add the words of another index, whose numbers follow those of this one
 * @live: an octet for each number: 0 for an event that is left out; NULL to leave out none
 *
 * Return: as word_index_add().
 */
int word_index_merge(WordIndex *index, const WordIndex *other, const unsigned char *live);

/** word_index_count() - return how many events were added and not left out since */
uint32_t word_index_count(const WordIndex *index);

/**
 * Whether an event of an index still counts; NULL if each does. If no event with a word does, the word is
 * not there.
 */
typedef bool (*WordIsLive)(uint32_t event, void *userdata);

/**
 * word_index_search() - find the events that have every word of a query. Any number of threads may search.
 * @indexes: no event is in two of them
 * @query:   folded; "" finds all events, punctuation alone finds none
 * @ret:     an octet for each of @n numbers, set to 1 if the event is found and to 0 if not; for an event
 *           that does not count, either
 *
 * Return: 0 or -ENOMEM.
 */
int word_index_search(WordIndex *const *indexes, size_t n_indexes, const char *query, WordIsLive is_live,
                void *userdata, unsigned char *ret, size_t n);

/**
 * word_index_differ_slightly() - whether two words are equal, or differ by one letter or by two
 * neighbouring letters that are exchanged. False if a word has more than 63 letters.
 */
bool word_index_differ_slightly(const char *one, const char *other);
