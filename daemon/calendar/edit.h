#pragma once

/*
 * Writes objects: a new one from its properties, and a changed copy of a kept one, in which every line
 * that does not change stays byte for byte. The result is text that the caller passes to event_parse(),
 * which says what is wrong with it.
 */

#include "base/buffer.h"
#include "calendar/event.h"

/** Which lines of the same name a property replaces. */
typedef enum EditScope {
        EDIT_NAME,   /* all */
        EDIT_PARAMS, /* those with the same parameters: other people's notes stay */
        EDIT_BESIDE, /* none: the property is added */
} EditScope;

/**
 * One property to write: `value` is in iCalendar's own form unless `text` is set, then it is plain text
 * and is escaped.
 */
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
 * @properties: ended by one whose name is NULL
 * @now:        for DTSTAMP, CREATED, LAST-MODIFIED
 */
void edit_compose(const char *uid, const EditProperty *properties, usec_t now, Buffer *out);

/**
 * edit_event() - a copy of @event with properties of its master set or removed, each in place of the lines
 * in its scope
 *
 * DTSTAMP and LAST-MODIFIED become @now, or a second more than what they are where that is later: an edit is
 * never older than what it replaces. SEQUENCE rises by one when event_change_is_significant(). A draft
 * that gets a DTSTART becomes a VEVENT without STATUS:DRAFT.
 */
void edit_event(const Event *event, const EditProperty *properties, usec_t now, Buffer *out);

/** edit_make_uid() - a new UID: random, ASCII, ended by @domain. Return: 0 or negative errno. */
int edit_make_uid(const char *domain, char *ret, size_t size);
