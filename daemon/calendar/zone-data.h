#pragma once

/*
 * Inside the calendar module: the structure of a Zone, for the files that make, write and search zones.
 *
 * A zone is one table of changes. An endless rule is expanded into the table until one year after
 * ZONE_CYCLE_END_YEAR. The Gregorian calendar, including its weekdays, repeats every 400 years, so a later
 * time is looked up in the table a multiple of 400 years earlier. Each look-up is one binary search, and
 * rules are evaluated only once, when the zone is made.
 */

#include "calendar/zone.h"

enum {
        ZONE_ABBREVIATION_SIZE = 32,
        ZONE_MAX_TYPES = 512,
        ZONE_MAX_CHANGES = 20000,
        ZONE_MAX_OFFSET = 26 * 3600, /* RFC 8536, 3.2 */
        ZONE_CYCLE_YEARS = 400,
        ZONE_CYCLE_END_YEAR = 2500,
        ZONE_FIRST_YEAR = 1900,
};

#define ZONE_CYCLE_SECONDS (146097 * SEC_PER_DAY)

/** A local time type (RFC 8536, 2). */
typedef struct ZoneType {
        int32_t seconds; /* east of UTC */
        bool daylight;
        char abbreviation[ZONE_ABBREVIATION_SIZE];
} ZoneType;

typedef enum ZoneDayForm {
        ZONE_DAY_NTH,    /* POSIX `Mm.w.d`: the w-th weekday of a month; 5 is the last */
        ZONE_DAY_JULIAN, /* POSIX `Jn`: 1 to 365; February 29 is never counted */
        ZONE_DAY_OF_YEAR /* POSIX `n`: 0 to 365; February 29 is counted */
} ZoneDayForm;

/** The day and time of a year at which a rule changes the clock. */
typedef struct ZoneDay {
        ZoneDayForm form;
        int month, week, weekday; /* for ZONE_DAY_NTH; Sunday is 0 */
        int day;                  /* for the other forms */
        int32_t seconds; /* after midnight of that day, by the clock before the change; may exceed a day */
} ZoneDay;

/** An endless rule. The daylight type may have the lower offset (Europe/Dublin). */
typedef struct ZoneRule {
        size_t standard, daylight; /* indexes of types; equal if there is no DST */
        ZoneDay to_daylight, to_standard;
} ZoneRule;

struct Zone {
        unsigned references; /* atomic */
        char *name;
        ZoneType *types;
        size_t n_types;
        size_t first_type; /* the type before the first change */
        int64_t *instants; /* of the changes, in ascending order */
        uint16_t *changes; /* the index of the type after each change */
        size_t n_changes, allocated;
        bool has_rule; /* DST continues by an endless rule, which is in `rule` */
        ZoneRule rule;
};

int zone_new(const char *name, Zone **ret);

/**
 * zone_add_type() - get the index of a type. If the zone does not have the type, it is added.
 *
 * Return: 0, ZONE_E_INVALID if there are too many, -ENOMEM.
 */
int zone_add_type(Zone *zone, const ZoneType *type, size_t *ret);

/**
 * zone_add_change() - add a change that is later than all others. A change at the instant of the last one
 * replaces it. A change to the type that is already in force is not added.
 *
 * Return: 0, ZONE_E_INVALID if the change is earlier than the last or there are too many, -ENOMEM.
 */
int zone_add_change(Zone *zone, int64_t instant, size_t type);

/** zone_add_rule() - add the changes of a rule after the last change. Return: 0, ZONE_E_INVALID, -ENOMEM. */
int zone_add_rule(Zone *zone, const ZoneRule *rule);

/** zone_type_before() - return the type in force before the change with that index. */
const ZoneType *zone_type_before(const Zone *zone, size_t change);

/**
 * zone_change_after() - return the index of the first change later than @instant; n_changes if there is
 * none
 */
size_t zone_change_after(const Zone *zone, int64_t instant);

/** zone_day_seconds() - return a rule's change in @year as local seconds on the clock before the change. */
int64_t zone_day_seconds(const ZoneDay *day, int year);

/** zone_offset_name() - write an abbreviation for an offset that has no name: "+03", "+0530". */
void zone_offset_name(int seconds, char ret[static ZONE_ABBREVIATION_SIZE]);

/**
 * tzif_read() - fill a zone from the bytes of a TZif file (RFC 8536), versions 1 to 4
 *
 * Return: 0, ZONE_E_INVALID, -ENOMEM.
 */
int tzif_read(const void *bytes, size_t len, Zone *zone);
