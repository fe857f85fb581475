#pragma once

/*
 * Inside the calendar module: the AVAILABLE components of a VAVAILABILITY (RFC 7953). All AVAILABLE
 * components with one UID are a series and its overrides, like VEVENTs, and become an Event.
 */

#include "calendar/event-data.h"

/**
 * availability_check() - make the events of the AVAILABLE components of a collected VAVAILABILITY
 * @parse: event_parse() with the zones of the VAVAILABILITY
 *
 * Refuses what event_parse() refuses, and also hours that are dates, are floating or have no length (RFC
 * 7953, 3.1).
 *
 * Return: 0, EVENT_E_INVALID, negative errno.
 */
int availability_check(Event *event,
                int (*parse)(const Event *owner, const char *text, size_t len, Event **ret,
                                InputError *ret_error),
                InputError *ret_error);
