#pragma once

/* Inside of feed/ only: the zones that any entry of a feed uses. */

#include "calendar/zone.h"
#include "feed/entries.h"

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

/**
 * feed_zones_write() - the VTIMEZONEs that @entries use, in order of name, each true from its first use to
 * its last or @limit.
 */
int feed_zones_write(
                FeedZones *zones, const FeedEntries *entries, usec_t limit, ZoneTable *table, Buffer *out);
