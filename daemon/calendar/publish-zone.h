#pragma once

/*
 * Inside the calendar module: the time zones of a published object. A zone whose name is in the table is
 * published under its IANA name. Any other zone is that of the object's own VTIMEZONE, and its name
 * gets a suffix: a hyphen and eight hexadecimal digits of a hash of its rules. The suffix is needed because
 * two objects of a feed may use one name for different zones.
 */

#include "base/contentline.h"
#include "calendar/zone.h"

enum { PUBLISHED_NAME_SIZE = 256 };

/** A VTIMEZONE of the object whose name is not in the table. */
typedef struct PublishedZone {
        char *tzid;  /* without escapes */
        Buffer text; /* with the published name; other lines than those of the rules are left out */
        char hash[9];
        bool used;
        bool is_made; /* `zone` was made from the text */
        Zone *zone;   /* owned; NULL if the text is that of no zone */
} PublishedZone;

typedef struct PublishedZones {
        ZoneTable *table;    /* borrowed */
        Buffer used;         /* array of const Zone *: the zones of the table that the object uses */
        Buffer line;         /* unfolded */
        PublishedZone **own; /* owned; in order of their names */
        size_t n_own;
} PublishedZones;

void publish_zones_init(PublishedZones *zones, ZoneTable *table);
void publish_zones_done(PublishedZones *zones);

/**
 * publish_zones_read() - read a VTIMEZONE to its end. It is kept unless its name is in the table or is kept
 * already.
 * @begin: the BEGIN line that @reader has just returned
 *
 * Return: 0, CONTENT_END, CONTENT_E_INVALID, negative errno.
 */
int publish_zones_read(PublishedZones *zones, ContentReader *reader, const ContentLine *begin);

/**
 * publish_zones_name() - get the name to publish for a TZID, and mark the zone as used
 * @ret_known: false if neither the table nor a VTIMEZONE read so far has the name; then @ret is not set
 *
 * Return: 0 or negative errno.
 */
int publish_zones_name(PublishedZones *zones, const char *tzid, char ret[static PUBLISHED_NAME_SIZE],
                bool *ret_known);

/**
 * publish_zones_find() - find the zone of a TZID, without marking it as used
 * @ret: borrowed from the table or @zones; NULL if neither the table nor a VTIMEZONE read so far has it, or
 *       if the text of the VTIMEZONE is that of no zone
 *
 * Return: 0 or negative errno.
 */
int publish_zones_find(PublishedZones *zones, const char *tzid, const Zone **ret);

/** publish_zones_forget_use() - mark all zones as unused. */
void publish_zones_forget_use(PublishedZones *zones);

/** publish_zones_report() - call @on_zone for each used zone, as publish_components() does. */
void publish_zones_report(const PublishedZones *zones,
                void (*on_zone)(const char *tzid, const char *vtimezone, void *userdata), void *userdata);
