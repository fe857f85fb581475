#pragma once

/* Inside the calendar module: checks whether the collected lines form a valid event. */

#include "calendar/event-data.h"

/**
 * event_check() - check each property of every component, then the properties together, and fill in the
 * values of each Component
 *
 * Return: 0, EVENT_E_INVALID, negative errno.
 */
int event_check(Event *event, InputError *ret_error);
