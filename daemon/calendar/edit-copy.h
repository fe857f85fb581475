#pragma once

/*
 * Writes a whole event in another form: as a new event with another UID, or as a draft that has lost its
 * date. The caller passes the text to event_parse(), which reports any error in it.
 */

#include "base/buffer.h"
#include "calendar/event.h"

/**
 * edit_copy() - append a copy of an event as a new event
 * @uid: of the copy; ASCII
 * @now: for DTSTAMP, CREATED and LAST-MODIFIED
 *
 * The copy has SEQUENCE 0 and no STATUS:CANCELLED; everything else stays, also its parent. Return: 0 or
 * negative errno.
 */
int edit_copy(const Event *event, const char *uid, usec_t now, Buffer *out);

/**
 * edit_postpone() - append an event as a draft under the same UID (VJOURNAL, STATUS:DRAFT), without its
 * date,
 * its rule, its changed occurrences and its alarms
 *
 * SEQUENCE rises, because the event was published with a date (RFC 5546, 2.1.4). The LOCATION becomes a
 * VLOCATION (RFC 9073, 7.2), because a VJOURNAL has no LOCATION. Return: 0 or negative errno.
 */
int edit_postpone(const Event *event, usec_t now, Buffer *out);
