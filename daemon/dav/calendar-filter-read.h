#pragma once

/* Reads the filter of a calendar-query (RFC 4791, 9.7), and refuses what cannot be evaluated (7.8). */

#include "dav/calendar-filter.h"

enum {
        /* conditions inside one filter, so that a request's work on each object is bounded */
        CALENDAR_FILTER_PARTS_MAX = 500,
        CALENDAR_FILTER_E_INVALID = FILTER_E_INVALID,         /* valid-filter */
        CALENDAR_FILTER_E_UNSUPPORTED = FILTER_E_UNSUPPORTED, /* supported-filter */
        CALENDAR_FILTER_E_COLLATION = FILTER_E_COLLATION,     /* supported-collation */
};

/**
 * calendar_filter_read() - read the current element, which is CALDAV:filter
 * @arena: owns the results
 * @ret_fault: for CALENDAR_FILTER_E_UNSUPPORTED, the element at fault as XML with the prefix C, for the
 *             reply; NULL if no element is at fault by itself. Otherwise unchanged
 *
 * A time range is supported for the components and properties that RFC 4791, 9.9 names, VAVAILABILITY and
 * AVAILABLE. More than CALENDAR_FILTER_PARTS_MAX conditions are not supported.
 * Return: 0, CALENDAR_FILTER_E_*, XML_E_INVALID, -ENOMEM.
 */
int calendar_filter_read(
                XmlReader *reader, Arena *arena, const FilterComponent **ret, const char **ret_fault);
