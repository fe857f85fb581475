#pragma once

/*
 * The part of an object that a calendar-data element asks for (RFC 4791, 9.6): first its instances in a time
 * range, then the chosen components and properties.
 */

#include "calendar/object-expand.h"
#include "dav/data-request.h"

enum {
        /* Instances in one reply, and in one object of it */
        CALENDAR_DATA_INSTANCES_MAX = 100000,
        CALENDAR_DATA_OBJECT_INSTANCES_MAX = 10000,
};

/** calendar_data_is_whole() - whether the element asks for the whole text */
bool calendar_data_is_whole(const DataRequest *data);

/**
 * calendar_data_is_supported() - whether the element asks for a media type that there is (text/calendar,
 * version 2.0); if not, the precondition supported-calendar-data does not hold
 */
bool calendar_data_is_supported(const DataRequest *data);

/**
 * calendar_data_cut() - append the part of an object
 * @n_left: the most instances that may be written; lowered by their number
 *
 * A text that cannot be read is appended whole, as is a series that cannot be expanded: the client may be
 * able to expand it.
 * Return: 0; OBJECT_EXPAND_E_MANY (number-of-matches-within-limits); negative errno.
 */
int calendar_data_cut(const DataRequest *data, const ObjectSource *source, size_t *n_left, Buffer *out);
