#pragma once

/* The dates by which a series names its own starts: EXDATE and RECURRENCE-ID. */

#include "calendar/event.h"

/**
 * series_lost_date() - find an EXDATE or RECURRENCE-ID of @newer that names a start of @older and none of
 * @newer, so that what was left out or changed would take place as usual
 * @fallback: for event_zone(); borrowed
 * @ret:      the date; WHEN_NONE if none is lost
 *
 * Return: 0, -ENOMEM.
 */
int series_lost_date(const Event *older, const Event *newer, const Zone *fallback, When *ret);
