#pragma once

/* Inside the calendar module: the EXDATEs of a series of which some instances take place again. */

#include "calendar/event-data.h"

/**
 * exdates_without() - collect the EXDATEs that remain if none excludes the given instances
 * @zone:   of dates and floating times
 * @places: original starts of @n instances
 * @arena:  owns the memory of @ret, which is empty before
 *
 * A date that excludes a whole day of a series with times becomes the times of the other instances of that
 * day. Return: 0, -ENOMEM.
 */
int exdates_without(const Event *series, const Zone *zone, const When *places, size_t n, Arena *arena,
                WhenList *ret);
