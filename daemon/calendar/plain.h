#pragma once

/*
 * A calendar object that is kept but not understood: a task (VTODO), a journal entry (VJOURNAL), or an event
 * of a person's own calendar. Checks what RFC 4791, 4.1, demands of every calendar object, and reads the
 * few properties that a list shows. The text is kept byte for byte. An object that the public sees is an
 * Event instead (calendar/event.h), which checks far more. A DTSTAMP may be missing, as it may in the
 * iCalendar of RFC 2445, which some programs still write.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/input-error.h"
#include "calendar/event.h"

typedef struct PlainObject PlainObject;

enum {
        PLAIN_E_INVALID = CONDITIONS_CALENDAR + 60, /* no well-formed iCalendar (valid-calendar-data) */
        /*
         * iCalendar, but not one object: several UIDs or kinds, or a METHOD (valid-calendar-object-resource)
         */
        PLAIN_E_SEVERAL = CONDITIONS_CALENDAR + 61,
        /* another component than a VEVENT, VTODO or VJOURNAL (supported-calendar-component) */
        PLAIN_E_COMPONENT = CONDITIONS_CALENDAR + 62,
};

typedef enum PlainKind { PLAIN_EVENT, PLAIN_TODO, PLAIN_JOURNAL } PlainKind;

/**
 * plain_parse() - read one object
 * @text: a whole VCALENDAR; copied
 *
 * Return: 0, PLAIN_E_*, negative errno.
 */
int plain_parse(const char *text, size_t len, PlainObject **ret, InputError *ret_error);
PlainObject *plain_free(PlainObject *plain);
DEFINE_CLEANUP(PlainObject, plain_freep, plain_free)

/* All results are borrowed. They are of the component without a RECURRENCE-ID or, without one, the first. */
PlainKind plain_kind(const PlainObject *plain);
const char *plain_text(const PlainObject *plain, size_t *ret_len);
const char *plain_uid(const PlainObject *plain);
const char *plain_summary(const PlainObject *plain); /* decoded; "" if there is none */
const char *plain_status(const PlainObject *plain);  /* as it is written; "" if there is none */
EventClass plain_class(const PlainObject *plain);
int plain_sequence(const PlainObject *plain);
