#pragma once

/*
 * Inside the calendar module: checks each property of a VEVENT, VJOURNAL or VAVAILABILITY by itself (RFC
 * 5545, 3.8).
 */

#include "calendar/event-data.h"

/**
 * event_check_property() - check one line, and store its value in the event or the component
 * @seen: has a bit for each property that the component has had so far; 0 before its first line
 *
 * Return: 0, EVENT_E_INVALID, negative errno.
 */
int event_check_property(Event *event, Component *component, const ContentLine *line, uint64_t *seen,
                InputError *ret_error);
