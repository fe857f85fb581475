#pragma once

/*
 * Messages of METHOD:ADD (RFC 5546, 3.2.4). Each of their VEVENTs is a further instance of a kept event: it
 * has the UID and a DTSTART, but no RECURRENCE-ID.
 */

#include "base/buffer.h"
#include "calendar/event.h"

/**
 * add_write_ids() - append the message with a RECURRENCE-ID in each VEVENT that has none: its own start
 * @lines: for each line of @out, its line number in @text as a size_t; 0 for an added line
 *
 * Then event_parse() reads the instances, of which there may be several. Return: whether an id was added; if
 * not, or if the text cannot be read, @out is of no use.
 */
bool add_write_ids(const char *text, size_t len, Buffer *out, Buffer *lines);

/**
 * event_add() - append a copy of @kept with the instances of @given that it does not have
 * @given:    of a text by add_write_ids()
 * @fallback: zone of dates and floating times, if the event names none; NULL for UTC
 * @now:      for LAST-MODIFIED, as in edit_event(), if something changes
 *
 * Each instance becomes an RDATE in the form of the series. One that says something that the series does not
 * becomes an override, too. For one that EXDATE excludes, the EXDATE is removed; one that is cancelled
 * becomes an override again. SEQUENCE and DTSTAMP become at least those of @given.
 *
 * Return: 0, EVENT_E_STALE if @given has a lower SEQUENCE or all its instances are cancelled by a newer
 * version, EVENT_E_INVALID if @kept has no date, an instance is of another form than its DTSTART, or an
 * EXRULE excludes it, negative errno.
 */
int event_add(const Event *kept, const Event *given, const Zone *fallback, usec_t now, Buffer *out,
                InputError *ret_error);
