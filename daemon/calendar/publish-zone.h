#pragma once

/*
 * Inside the calendar module: the zones of a published object. A zone of the table goes out by its IANA
 * name. One that only the object's own VTIMEZONE explains gets its name with eight digits of a hash of its
 * rules behind it, so that two objects may use one name for different zones.
 */

#include "base/contentline.h"
#include "calendar/zone.h"

enum { PUBLISHED_NAME_SIZE = 256, PUBLISHED_ZONES_MAX = 16 };

/** A VTIMEZONE of the object whose name the table does not know. */
typedef struct PublishedZone {
        char *tzid;
        Buffer text; /* as published */
        char hash[9];
        bool used;
} PublishedZone;

typedef struct PublishedZones {
        ZoneTable *table; /* borrowed */
        Buffer used;      /* of const Zone *: the table's that are named */
        Buffer line;      /* unfolded */
        PublishedZone own[PUBLISHED_ZONES_MAX];
        size_t n_own;
} PublishedZones;

void publish_zones_init(PublishedZones *zones, ZoneTable *table);
void publish_zones_done(PublishedZones *zones);

/**
 * publish_zones_read() - keep a VTIMEZONE, which is read to its end; those that the table knows are left
 * to the table
 * @begin: its BEGIN, which @reader has just given
 * Return: 0, CONTENT_END, CONTENT_E_INVALID, negative errno.
 */
int publish_zones_read(PublishedZones *zones, ContentReader *reader, const ContentLine *begin);

/**
 * publish_zones_name() - the name to publish for a TZID, which counts as used
 * @ret_known: false when nothing explains it (yet); then @ret is not set
 * Return: 0 or negative errno.
 */
int publish_zones_name(PublishedZones *zones, const char *tzid, char ret[static PUBLISHED_NAME_SIZE],
                bool *ret_known);

/** publish_zones_forget_use() - no zone counts as used any more. */
void publish_zones_forget_use(PublishedZones *zones);

/** publish_zones_report() - call @on_zone for each used zone, as publish_components() does. */
void publish_zones_report(const PublishedZones *zones,
                void (*on_zone)(const char *tzid, const char *vtimezone, void *userdata), void *userdata);
