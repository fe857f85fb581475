#pragma once

/*
 * Parts of an object that concern a time range (RFC 4791, 9.6.5 to 9.6.7). The functions append a whole
 * VCALENDAR to @out, whose other lines are those of the text, byte for byte.
 */

#include "base/buffer.h"
#include "calendar/object-times.h"

enum {
        OBJECT_EXPAND_E_MANY = CONDITIONS_CALENDAR + 8, /* more instances than the caller allows */
        OBJECT_EXPAND_E_OPEN = CONDITIONS_CALENDAR + 9, /* a series has a rule that cannot be expanded */
};

/** An object, and how its times are read; all borrowed. */
typedef struct ObjectSource {
        ZoneTable *zones;
        const Zone *fallback; /* as for object_times_new() */
        const char *text;
        size_t len;
} ObjectSource;

/**
 * object_expand() - write each instance in a range as a component without recurrence properties
 * @range:  has a beginning and an end
 * @n_left: the most instances; lowered by the number of those that are written
 *
 * Times with a zone are written in UTC; dates and floating times stay. The instances of a series have a
 * RECURRENCE-ID. There are no VTIMEZONEs, and no components outside the range.
 * Return: 0, OBJECT_EXPAND_E_MANY, OBJECT_EXPAND_E_OPEN, OBJECT_TREE_E_INVALID, negative errno.
 */
int object_expand(const ObjectSource *source, const TimeRange *range, size_t *n_left, Buffer *out);

/**
 * object_limit_recurrences() - leave out the overrides that do not concern a range: neither their instance
 * nor the one that they replace overlaps it
 * Return: 0, OBJECT_TREE_E_INVALID, negative errno.
 */
int object_limit_recurrences(const ObjectSource *source, const TimeRange *range, Buffer *out);

/**
 * object_limit_freebusy() - leave out the periods of FREEBUSY properties that do not overlap a range
 * Return: 0, OBJECT_TREE_E_INVALID, negative errno.
 */
int object_limit_freebusy(const ObjectSource *source, const TimeRange *range, Buffer *out);
