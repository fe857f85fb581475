#pragma once

/* Private to feed/: the zones that the entries of a feed use. */

#include "calendar/zone.h"
#include "feed/chunks.h"

typedef struct FeedZone {
        char *name;
        Zone *own;          /* of a VTIMEZONE of an object; NULL if the zone is in the table */
        usec_t first, last; /* of its uses; set by feed_zones_write() */
        bool used;          /* by an entry; set by feed_zones_write() */
} FeedZone;

typedef struct FeedZones {
        FeedZone *list;
        size_t n;
} FeedZones;

/**
 * feed_zones_find() - find the index of a zone; a zone that is not in the list is added
 * @vtimezone: for a new zone: the component of an object, or NULL for a zone of the table
 * Return: 0, -ENOMEM or -E2BIG; -EBADMSG for a component that zone_from_vtimezone() refuses.
 */
int feed_zones_find(FeedZones *zones, const char *name, const char *vtimezone, uint16_t *ret);
void feed_zones_done(FeedZones *zones);

/**
 * feed_zones_write() - append a VTIMEZONE for each zone that the entries of @chunks use, sorted by name. It
 * is valid from the first use of the zone to the last. That of an object is written anew as well, because
 * programs write forms in it that others refuse, such as an UNTIL by the local clock.
 */
int feed_zones_write(FeedZones *zones, const FeedChunks *chunks, ZoneTable *table, Buffer *out);
