#pragma once

/*
 * Private to catalog/: an ordered set of pointers whose copies share their nodes (a B-set with copy on
 * write). A copy costs nothing, and a change of it writes only the nodes between the root and one leaf; the
 * other copies stay as they are. Each node counts its items and has the greatest measure of them, so that
 * an item is found by its place in the order, and the items that reach into a range by their measures.
 *
 * Threads may read and free copies that share nodes; a single copy is changed by one thread only.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct SortedNode SortedNode;

/** A set; zeroed, it is empty. */
typedef struct SortedSet {
        SortedNode *root;
} SortedSet;

/** The order of a set. All calls for a set and its copies must have the same type. */
typedef struct SortedType {
        int (*compare)(const void *left, const void *right); /* 0 only for an item and itself */
        int64_t (*measure)(const void *item);                /* NULL if no call reads it */
        void (*ref)(void *item), (*unref)(void *item);       /* NULL if the set borrows its items */
} SortedType;

/** sorted_set_share() - make a copy. Free it with sorted_set_done(). */
SortedSet sorted_set_share(const SortedSet *set);

/** sorted_set_done() - free a copy, with the items that no other copy has; the copy is empty then. */
void sorted_set_done(SortedSet *set, const SortedType *type);

/**
 * sorted_set_build() - make a set of many items at once
 * @items: in the order of the type, each once
 * @ret:   set on 0 only
 *
 * Return: 0 or -ENOMEM.
 */
int sorted_set_build(const SortedType *type, void *const *items, size_t n, SortedSet *ret);

/** sorted_set_put() - add an item, in place of the equal one if there is one. Return: 0 or -ENOMEM. */
int sorted_set_put(SortedSet *set, const SortedType *type, void *item);

/** sorted_set_remove() - remove the item that equals @key, if there is one. Return: 0 or -ENOMEM. */
int sorted_set_remove(SortedSet *set, const SortedType *type, const void *key);

size_t sorted_set_count(const SortedSet *set);

/** sorted_set_rank() - return the number of items before @key, which need not be in the set */
size_t sorted_set_rank(const SortedSet *set, const SortedType *type, const void *key);

/** sorted_set_find() - return the item that equals @key, borrowed; NULL if there is none */
void *sorted_set_find(const SortedSet *set, const SortedType *type, const void *key);

/**
 * A place in a set. Zeroed but for the set, it is before the first item; neighbours are found without a
 * search.
 */
typedef struct SortedCursor {
        const SortedSet *set;
        const SortedNode *leaf;
        size_t first; /* the index of the leaf's first item */
} SortedCursor;

/** sorted_set_at() - return the item at @index, borrowed; NULL after the last one */
void *sorted_set_at(SortedCursor *cursor, size_t index);

/**
 * sorted_set_next_above() - find the first item from @index on whose measure is greater than @measure
 *
 * Return: its index; the number of items if there is none.
 */
size_t sorted_set_next_above(const SortedSet *set, const SortedType *type, size_t index, int64_t measure);
