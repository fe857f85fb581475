#pragma once

/* The instances of a series that do not take place as its rules say. */

#include "calendar/event.h"

/**
 * series_each_change() - call @on_change for each start that EXDATE excludes, and then, in the order of the
 * text, for each override that is cancelled or moved. An override of an excluded instance is passed over.
 * @fallback:  the zone of dates and floating times; borrowed, NULL for UTC
 * @on_change: @place is the original start, in the form and zone of DTSTART, however the text has it.
 *             @moved is the changed instance, on the clock of DTSTART if the text has it in UTC; NULL if it
 *             is cancelled or excluded. Both are borrowed for the call.
 *
 * Return: 0, negative errno, or the first nonzero result of @on_change, which ends the loop.
 */
int series_each_change(const Event *event, const Zone *fallback,
                int (*on_change)(const When *place, const Occurrence *moved, void *userdata),
                void *userdata);
