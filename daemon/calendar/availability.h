#pragma once

/*
 * Inside the calendar module: the AVAILABLE components of a VAVAILABILITY (RFC 7953). All AVAILABLE
 * components with one UID are a series and its overrides, like VEVENTs, and become an Event.
 */

#include "calendar/event-data.h"

/**
 * availability_check() - fill in event->available from the AVAILABLE components of a VAVAILABILITY
 * @event: its lines are collected (calendar/event-parse)
 * @parse: as event_parse(), but also knows the zones of @owner's VTIMEZONEs
 *
 * Refuses what event_parse() refuses. Also refuses an AVAILABLE without a UID, hours that are dates or
 * floating times, hours without a length (RFC 7953, 3.1), and properties of a series outside AVAILABLE.
 *
 * Return: 0, EVENT_E_INVALID, negative errno.
 */
int availability_check(Event *event,
                int (*parse)(const Event *owner, const char *text, size_t len, Event **ret,
                                InputError *ret_error),
                InputError *ret_error);
