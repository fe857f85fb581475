#pragma once

/*
 * Private to feed/: one small entry for each object of a feed, in the order of the feed. An entry has the
 * length of the object's rendered lines and the zones that these lines use.
 */

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct FeedEntry {
        usec_t start, end; /* of the whole series; `end` may be USEC_INFINITY */
        uint32_t offset;   /* of the lines of a new entry among those rendered in this update */
        uint32_t len;
        uint16_t n_zones;
        uint16_t zones[]; /* indexes into FeedZones.list; they are followed by the UID and the key */
} FeedEntry;

/**
 * feed_entry_new() - make an entry of an object, with copies of its names and of the zones; NULL on lack of
 * memory
 * @uid: several collections may have an object with this UID
 */
FeedEntry *feed_entry_new(const char *uid, const char *collection, const char *resource,
                const uint16_t *zones, size_t n_zones);
const char *feed_entry_uid(const FeedEntry *entry);

/**
 * feed_entry_key() - the collection and the name in it, which identify a changed or deleted object. Its id
 * does not: if a new object gets the name of a deleted one, no tombstone tells the old id.
 */
const char *feed_entry_key(const FeedEntry *entry);

/** feed_entry_order() - compare by start, UID, key; a callback for qsort() of FeedEntry pointers */
int feed_entry_order(const void *a, const void *b);

/** A growing list of entries. It owns them only if it is freed with feed_entries_free(). */
typedef struct FeedEntries {
        FeedEntry **list;
        size_t n;
} FeedEntries;

/** feed_entries_add() - append an entry. Return: 0, -ENOMEM. */
int feed_entries_add(FeedEntries *entries, FeedEntry *entry);
void feed_entries_done(FeedEntries *entries); /* frees only the list */
void feed_entries_free(FeedEntries *entries); /* frees the list and the entries */

/** The keys of changed objects. */
typedef struct FeedKeys {
        char **list;
        size_t n;
} FeedKeys;

/** feed_keys_add() - append the key of an object, see feed_entry_key(). Return: 0, -ENOMEM. */
int feed_keys_add(FeedKeys *keys, const char *collection, const char *resource);
void feed_keys_sort(FeedKeys *keys);
/** feed_keys_has() - whether a key is in the sorted list */
bool feed_keys_has(const FeedKeys *keys, const char *key);
void feed_keys_done(FeedKeys *keys);
