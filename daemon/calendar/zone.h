#pragma once

/*
 * Time zones, read from the system's TZif files (RFC 8536) and from the VTIMEZONEs of objects. libical's
 * zones are not used: in 73 zones version 3.0.16 gives other instants than the system, and it wrongly reads
 * local times that DST skips or repeats.
 *
 * A ZoneTable owns the named zones that it has loaded, including those that a refresh has replaced, and
 * keeps them for its life. Any thread may use it. A Zone never changes after it is made. Instants are exact
 * for 1900 to 2400.
 */

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/hash.h"
#include "base/time.h"

typedef struct Zone Zone;
typedef struct ZoneTable ZoneTable;

enum {
        ZONE_E_UNKNOWN = CONDITIONS_CALENDAR +
                         2, /* no zone has this name, or the name is no zone name at all */
        ZONE_E_INVALID = CONDITIONS_CALENDAR + 3, /* a TZif file or VTIMEZONE that is not valid */
};

/**
 * zone_table_new() - open the zones of one directory
 * @directory: copied; NULL for the system's: $TZDIR, as for the C library, or else /usr/share/zoneinfo
 *
 * Return: 0 or negative errno.
 */
int zone_table_new(const char *directory, ZoneTable **ret);
ZoneTable *zone_table_free(ZoneTable *table);
DEFINE_CLEANUP(ZoneTable, zone_table_freep, zone_table_free)

/**
 * zone_table_get() - get the zone of an IANA name, or of a Windows name ("Russian Standard Time", mapped by
 * CLDR)
 * @name: untrusted; a file is looked up only if the name is parts of [A-Za-z0-9_+-] joined by single
 *        slashes
 * @ret:  borrowed, for the table's life. The same name gives the same pointer until a refresh finds a
 *        changed file.
 *
 * Return: 0, ZONE_E_UNKNOWN, ZONE_E_INVALID, negative errno.
 */
int zone_table_get(ZoneTable *table, const char *name, const Zone **ret);

/**
 * zone_table_refresh() - read the files of the loaded zones again, after an update of the system's tzdata
 *
 * Pointers to replaced zones stay valid. If the file of a zone is missing or invalid, the zone stays as it
 * was.
 *
 * Return: whether any zone was replaced.
 */
bool zone_table_refresh(ZoneTable *table);

/**
 * zone_table_signature() - compute a hash of the directory's state, which changes when a file changes
 *
 * Return: 0 or negative errno.
 */
int zone_table_signature(const ZoneTable *table, char ret[static HASH_HEX_SIZE]);

/**
 * zone_from_vtimezone() - make the zone that a VTIMEZONE component describes
 * @text: the component's lines from BEGIN:VTIMEZONE to END:VTIMEZONE
 * @ret:  free it with zone_unref(). Its name is the TZID without escapes, as in a TZID parameter.
 *
 * Return: 0, ZONE_E_INVALID, negative errno.
 */
int zone_from_vtimezone(const char *text, size_t len, Zone **ret);
Zone *zone_ref(Zone *zone);
Zone *zone_unref(Zone *zone);
DEFINE_CLEANUP(Zone, zone_unrefp, zone_unref)

/**
 * zone_name() - return the IANA name, into which a Windows name is mapped, or the TZID of the VTIMEZONE.
 */
const char *zone_name(const Zone *zone);

typedef struct ZoneOffset {
        int seconds;              /* east of UTC */
        bool daylight;            /* the zone calls it DST */
        const char *abbreviation; /* "MSK", "+04"; borrowed from the zone */
} ZoneOffset;

/** zone_offset_at() - return the offset in force at an instant (seconds since the epoch). */
ZoneOffset zone_offset_at(const Zone *zone, int64_t instant);

/**
 * zone_to_instant() - convert a wall-clock time to its instant
 *
 * A time that occurs twice is read as the first of the two. A time that does not occur is read with the
 * offset before the gap (RFC 5545, 3.3.5): 2026-03-29T02:30 in Europe/Berlin is 01:30Z.
 *
 * Return: seconds since the epoch.
 */
int64_t zone_to_instant(const Zone *zone, const CivilTime *civil);

/**
 * zone_shows_once() - whether the clock shows a wall-clock time exactly once, so that all programs read it
 * alike. Many read a time that occurs twice as the second of the two.
 */
bool zone_shows_once(const Zone *zone, const CivilTime *civil);

/** zone_to_civil() - return the wall clock at an instant (seconds since the epoch). */
CivilTime zone_to_civil(const Zone *zone, int64_t instant);

/**
 * zone_write_vtimezone() - append a VTIMEZONE (RFC 5545, 3.6.5) that is correct from @first to @last, which
 * are seconds since the epoch. If the changes of the zone follow a rule, it is also correct later.
 *
 * It has one STANDARD and one DAYLIGHT with yearly rules if these are correct for the whole span; otherwise
 * the observance in force before @first, and then each change.
 */
void zone_write_vtimezone(const Zone *zone, int64_t first, int64_t last, Buffer *out);

/**
 * zone_plain_name() - remove the escaping backslashes from a TZID, in place. As a property TZID is a TEXT,
 * whose commas are escaped, and some programs also escape them in the parameter.
 */
void zone_plain_name(char *name);

/** zone_compare_names() - compare two TZIDs by octets, apart from the escaping backslashes */
int zone_compare_names(const char *a, const char *b);

/** zone_same_name() - whether two TZIDs are equal, apart from the escaping backslashes */
static inline bool zone_same_name(const char *a, const char *b)
{
        return zone_compare_names(a, b) == 0;
}
