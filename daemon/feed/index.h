#pragma once

/*
 * Private to feed/: the entries of a feed by key. It finds an entry in constant time, because a change must
 * not cost more in a larger feed.
 */

#include "feed/entries.h"

typedef struct FeedIndex {
        FeedEntry **slots; /* NULL in an empty slot; an entry is in the first empty slot after its own */
        size_t n, n_slots; /* of entries; of slots, a power of two */
} FeedIndex;

/**
 * feed_index_reserve() - make room for @n entries in all; then that many feed_index_add() cannot fail
 * Return: 0 or -ENOMEM.
 */
int feed_index_reserve(FeedIndex *index, size_t n);

/** feed_index_add() - add an entry, borrowed, whose key is not in the index */
void feed_index_add(FeedIndex *index, FeedEntry *entry);

/** feed_index_remove() - remove an entry that is in the index */
void feed_index_remove(FeedIndex *index, const FeedEntry *entry);

/** feed_index_find() - find the entry with a key of feed_entry_key(); NULL if there is none */
FeedEntry *feed_index_find(const FeedIndex *index, const char *key);

void feed_index_done(FeedIndex *index);
