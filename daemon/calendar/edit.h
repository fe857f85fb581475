#pragma once

/*
 * Writes objects: a new one from its properties, or a changed copy of a kept one, in which unchanged lines
 * stay byte for byte. The caller passes the text to event_parse(), which reports any error in it.
 */

#include "base/buffer.h"
#include "calendar/edit-property.h"
#include "calendar/event.h"

/**
 * edit_line_has_first_param() - whether a line has the first parameter of @params with the same value, or
 * with this value, a hyphen and more: a line with LANGUAGE=en-GB has `;LANGUAGE=en`. The case of the value
 * is ignored.
 * @params: as in EditProperty. For NULL and "" the result is true.
 */
bool edit_line_has_first_param(const ContentLine *line, const char *params);

/**
 * edit_compose() - write a new object: a VEVENT if @properties has a DTSTART, otherwise a draft VJOURNAL
 * @uid:        ASCII; from edit_make_uid() or the caller
 * @properties: the last one has a NULL name
 * @now:        for DTSTAMP, CREATED and LAST-MODIFIED, unless they are among @properties
 *
 * A failure is latched in @out.
 */
void edit_compose(const char *uid, const EditProperty *properties, usec_t now, Buffer *out);

/**
 * edit_event() - write a copy of @event in which the master has the given properties. Each property
 * replaces or removes the lines in its scope.
 *
 * DTSTAMP and LAST-MODIFIED become @now or, if event_stamp() is not earlier than that, one second more than
 * event_stamp(), so that the copy is always newer than @event. SEQUENCE is raised by one if
 * event_change_is_significant(). A draft that gets a DTSTART becomes a VEVENT without STATUS:DRAFT. If
 * @properties sets DTSTAMP, LAST-MODIFIED or SEQUENCE, that value is written. A failure is latched in @out.
 */
void edit_event(const Event *event, const EditProperty *properties, usec_t now, Buffer *out);

/**
 * edit_format_stamp() - write @now as a DTSTAMP or, if event_stamp() is not earlier, one second more than
 * event_stamp(). This happens if the clock was set back, or if another program's clock was ahead.
 */
void edit_format_stamp(const Event *event, usec_t now, char ret[static 17]);

/**
 * edit_make_uid() - make a random ASCII UID that ends in `@` and @domain. Return: 0, -ENAMETOOLONG if it
 * does not fit into @size octets, other negative errno.
 */
int edit_make_uid(const char *domain, char *ret, size_t size);
