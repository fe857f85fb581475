#pragma once

/*
 * Inside the calendar module: the AVAILABLE components of a VAVAILABILITY (RFC 7953). Each UID among them is a
 * series with overrides, like a VEVENT, and becomes an Event.
 */

#include "calendar/event-data.h"

/**
 * availability_check() - make the events of the AVAILABLE components of a collected VAVAILABILITY
 * @parse: parses a text in the zones of the VAVAILABILITY; event_parse() for it
 *
 * Refuses, besides the faults of an event: hours that are dates, floating, or of no length (RFC 7953, 3.1).
 * Return: 0, EVENT_E_INVALID, negative errno.
 */
int availability_check(Event *event,
                int (*parse)(const Event *owner, const char *text, size_t len, Event **ret,
                                InputError *ret_error),
                InputError *ret_error);
