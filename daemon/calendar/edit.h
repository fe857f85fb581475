#pragma once

/*
 * Writing objects: a new one from its properties, and a changed copy of a kept one in which every line that was not changed stays byte
 * for byte. The result is text; event_parse() has the last word on it.
 */

#include "base/buffer.h"
#include "calendar/event.h"

/** Which lines of its name a property takes the place of. */
typedef enum EditScope {
        EDIT_NAME,   /* of all */
        EDIT_PARAMS, /* of those with the very same parameters: others' notes stay beside one's own */
        EDIT_BESIDE, /* of none: it is one more */
} EditScope;

/** One property to write: `value` is in iCalendar's own form unless `text` is set, then it is plain text and is escaped. */
typedef struct EditProperty {
        const char *name;   /* in capitals */
        const char *params; /* `;TZID=Europe/Moscow` or NULL */
        const char *value;  /* NULL removes the property */
        bool text;
        EditScope scope;
} EditProperty;

/**
 * edit_compose() - a new object: a VEVENT when a DTSTART is among the properties, else a draft VJOURNAL
 * @uid:        ASCII; from edit_make_uid() or the caller's
 * @properties: ended by one without a name
 * @now:        for DTSTAMP, CREATED, LAST-MODIFIED
 */
void edit_compose(const char *uid, const EditProperty *properties, usec_t now, Buffer *out);

/**
 * edit_event() - a copy of @event with properties of its master set or removed, each in place of the lines in its scope
 *
 * DTSTAMP and LAST-MODIFIED become @now; SEQUENCE rises by one when a time, place, status or recurrence changes (RFC 5546, 2.1.4).
 * A draft that gets a DTSTART becomes a VEVENT, its STATUS:DRAFT goes.
 */
void edit_event(const Event *event, const EditProperty *properties, usec_t now, Buffer *out);

/** edit_make_uid() - a new UID: random, ASCII, ended by @domain. Return: 0 or negative errno. */
int edit_make_uid(const char *domain, char *ret, size_t size);
