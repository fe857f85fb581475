#pragma once

/* Inside the calendar module: the series behind the times, and their instances in a time range. */

#include "calendar/object-series.h"
#include "calendar/object-times.h"

struct ObjectTimes {
        ObjectSeriesSet set;
};

/**
 * object_instances_each() - call @on_instance for each instance that overlaps a range, in order of start. A
 * nonzero result ends the walk and is returned. A range without an end may have endless instances.
 *
 * Return: 0, the result of @on_instance, negative errno.
 */
int object_instances_each(const ObjectTimes *times, const ObjectSeries *series, const TimeRange *range,
                int (*on_instance)(const Occurrence *instance, void *userdata), void *userdata);
