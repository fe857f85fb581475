#pragma once

/* Inside of feed/ only: the zones that the entries of a feed use. */

#include "calendar/zone.h"
#include "feed/entries.h"

typedef struct FeedZone {
        char *name;
        char *vtimezone; /* from an object; NULL for a zone of the table */
        usec_t first, last;
        bool used;
} FeedZone;

typedef struct FeedZones {
        FeedZone *list;
        size_t n;
} FeedZones;

/** feed_zones_find() - return the index of a zone, after adding a new one. Return: 0, -ENOMEM, -E2BIG. */
int feed_zones_find(FeedZones *zones, const char *name, const char *vtimezone, uint16_t *ret);
void feed_zones_done(FeedZones *zones);

/**
 * feed_zones_write() - append the VTIMEZONEs that @entries use, sorted by name, each valid from its first
 * use to its last or @limit
 */
int feed_zones_write(
                FeedZones *zones, const FeedEntries *entries, usec_t limit, ZoneTable *table, Buffer *out);
