#pragma once

/*
 * What a feed's bytes are made of: one small entry for each object, in the order of the feed, that says where its rendered lines are and which
 * zones they use; and the zones that any of them uses.
 */

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/time.h"
#include "calendar/zone.h"

#include <stdbool.h>

typedef struct FeedEntry {
        usec_t start, end; /* of the whole series; end may be USEC_INFINITY */
        size_t offset;     /* of its lines, in the fresh ones or in the feed's bytes */
        uint32_t len;
        uint16_t n_events;
        bool fresh;
        uint16_t n_zones;
        uint16_t zones[]; /* indexes into the FeedZones, then the UID with its NUL */
} FeedEntry;

FeedEntry *feed_entry_new(const char *uid, const uint16_t *zones, size_t n_zones);
const char *feed_entry_uid(const FeedEntry *entry);

/** feed_entry_order() - by start, then UID; for qsort() of FeedEntry pointers. */
int feed_entry_order(const void *a, const void *b);

/** A growing list of entries that are owned elsewhere, or by it once feed_entries_free() is called. */
typedef struct FeedEntries {
        FeedEntry **list;
        size_t n, allocated;
} FeedEntries;

int feed_entries_reserve(FeedEntries *entries, size_t n);
int feed_entries_add(FeedEntries *entries, FeedEntry *entry);
void feed_entries_done(FeedEntries *entries); /* the list alone */
void feed_entries_free(FeedEntries *entries); /* the entries too */

typedef struct FeedZone {
        char *name;
        char *vtimezone; /* of an object; NULL for a zone of the table */
        usec_t first, last;
        bool used;
} FeedZone;

typedef struct FeedZones {
        FeedZone *list;
        size_t n;
} FeedZones;

/** feed_zones_find() - the index of a zone, added when it is new. Return: 0, -ENOMEM, -E2BIG. */
int feed_zones_find(FeedZones *zones, const char *name, const char *vtimezone, uint16_t *ret);
void feed_zones_done(FeedZones *zones);

/** feed_zones_write() - the VTIMEZONEs that @entries use, in order of name, each true from its first use to its last or @limit. */
int feed_zones_write(
                FeedZones *zones, const FeedEntries *entries, usec_t limit, ZoneTable *table, Buffer *out);
