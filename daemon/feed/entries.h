#pragma once

/*
 * Private to feed/: one small entry for each object of a feed, in the order of the feed. An entry has the
 * position of the object's rendered lines and the zones that these lines use.
 */

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct FeedEntry {
        usec_t start, end; /* of the whole series; `end` may be USEC_INFINITY */
        size_t offset;     /* of the lines: in Build.fresh if `fresh`, otherwise in the feed's bytes */
        uint32_t len;
        bool fresh;
        uint16_t n_zones;
        uint16_t zones[]; /* indexes into FeedZones.list; they are followed by the UID and a NUL */
} FeedEntry;

/** feed_entry_new() - make an entry with copies of the UID and the zones; NULL on lack of memory */
FeedEntry *feed_entry_new(const char *uid, const uint16_t *zones, size_t n_zones);
const char *feed_entry_uid(const FeedEntry *entry);

/** feed_entry_order() - compare by start, then by UID; a callback for qsort() of FeedEntry pointers */
int feed_entry_order(const void *a, const void *b);

/** A growing list of entries. It owns them only if it is freed with feed_entries_free(). */
typedef struct FeedEntries {
        FeedEntry **list;
        size_t n, allocated;
} FeedEntries;

/** feed_entries_reserve() - allocate memory for @n entries in all. Return: 0, -ENOMEM. */
int feed_entries_reserve(FeedEntries *entries, size_t n);
/** feed_entries_add() - append an entry. Return: 0, -ENOMEM. */
int feed_entries_add(FeedEntries *entries, FeedEntry *entry);
void feed_entries_done(FeedEntries *entries); /* frees only the list */
void feed_entries_free(FeedEntries *entries); /* frees the list and the entries */

/** feed_entries_merge() - merge two sorted lists into @ret, which is empty. Return: 0, -ENOMEM. */
int feed_entries_merge(const FeedEntries *kept, const FeedEntries *added, FeedEntries *ret);

/** feed_entries_place() - set the offsets of the entries to their positions in new bytes, from @offset on */
void feed_entries_place(FeedEntries *entries, size_t offset);
