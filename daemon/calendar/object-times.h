#pragma once

/*
 * When the components of an object take place, for the time ranges of CalDAV (RFC 4791, 9.9; RFC 7953, 7.2.1
 * for VAVAILABILITY). Recurrences count with their overrides, RDATEs and EXDATEs.
 */

#include "calendar/event.h"
#include "calendar/object-tree.h"
#include "calendar/zone.h"

/** A range of instants. */
typedef struct TimeRange {
        usec_t from; /* INT64_MIN if it has no beginning */
        usec_t to;   /* exclusive; USEC_INFINITY if it has no end */
} TimeRange;

typedef struct ObjectTimes ObjectTimes;

/**
 * object_times_new() - prepare the times of an object
 * @zones:    borrowed, must outlive the result, as must the tree and the zone
 * @fallback: the zone of dates and floating times; NULL for UTC. The X-CONVENED-TZID of an event has
 *            priority.
 *
 * Return: 0, -ENOMEM, other negative errno.
 */
int object_times_new(ZoneTable *zones, const ObjectTree *tree, const Zone *fallback, ObjectTimes **ret);
ObjectTimes *object_times_free(ObjectTimes *times);
DEFINE_CLEANUP(ObjectTimes, object_times_freep, object_times_free)

/**
 * object_times_has_component() - whether a time range is defined for components of this name (in capitals)
 */
bool object_times_has_component(const char *name);

/**
 * object_times_has_property() - whether a time range is defined for properties of this name (in capitals)
 */
bool object_times_has_property(const char *name);

/**
 * object_times_overlap() - whether a component overlaps a range, by the table of its kind
 *
 * For a master or an override only its own instances count. If the times of a series cannot be read, or its
 * rules cannot be expanded, each range counts as overlapped in which it may have instances, because a client
 * would take an event that is missing in a reply for a deleted one. The work is bounded.
 * Return: 0, -ENOMEM.
 */
int object_times_overlap(ObjectTimes *times, const ObjectNode *node, const TimeRange *range, bool *ret);

/** One instance of a VEVENT. */
typedef struct ObjectInstance {
        const ObjectNode *node;   /* the master or the override that describes it */
        const ObjectNode *series; /* the master; an override if there is none */
        usec_t start, end;
        EventStatus status; /* the override's, or else the master's; CANCELLED if the master's is */
} ObjectInstance;

/**
 * object_times_each_event() - call @on_instance for each instance of a VEVENT that overlaps a range, which
 * has a beginning and an end. A nonzero result ends the walk and is returned. Of a series whose rules cannot
 * be expanded, only the first instance is known.
 *
 * Return: 0, the result of @on_instance, negative errno.
 */
int object_times_each_event(const ObjectTimes *times, const TimeRange *range,
                int (*on_instance)(const ObjectInstance *instance, void *userdata), void *userdata);

/**
 * object_times_property_overlaps() - whether a property of a component overlaps a range
 * @line: the property; NULL for a DTEND or DUE that is not given but follows from DURATION
 * @name: its name
 *
 * Return: false also if it has no time.
 */
bool object_times_property_overlaps(ObjectTimes *times, const ObjectNode *node, const char *name,
                const ContentLine *line, const TimeRange *range);
