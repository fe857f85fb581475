#pragma once

/* Inside the calendar module: whether the collected lines make an acceptable event. */

#include "calendar/event-data.h"

/**
 * event_check() - check every property of every component, and what they say together; fill in what a
 * Component has besides its lines
 * Return: 0, EVENT_E_INVALID, negative errno.
 */
int event_check(Event *event, InputError *ret_error);
