#pragma once

/*
 * One calendar object: all components with one UID, that is a master and its overrides, as a VEVENT (it
 * has a date) or a VJOURNAL with STATUS:DRAFT (no date yet). An accepted text is kept byte for byte and
 * never changes. The event owns the zones of the object's VTIMEZONEs. No I/O, no clock. One thread at a
 * time.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/contentline.h"
#include "calendar/lead.h"
#include "calendar/when.h"

typedef struct Event Event;

enum {
        EVENT_E_INVALID = CONDITIONS_CALENDAR + 1, /* the InputError has line, property and reason */
        EVENT_E_STALE = CONDITIONS_CALENDAR + 4,   /* it is older than what it is for */
};

typedef enum EventStatus {
        EVENT_STATUS_NONE,
        EVENT_TENTATIVE,
        EVENT_CONFIRMED,
        EVENT_CANCELLED,
        EVENT_DRAFT
} EventStatus;
typedef enum EventClass { EVENT_PUBLIC, EVENT_PRIVATE, EVENT_CONFIDENTIAL } EventClass;

/**
 * event_class_of() - the meaning of a CLASS property's value; an unknown one is PRIVATE (RFC 5545,
 * 3.8.1.3).
 */
EventClass event_class_of(const char *value);

/**
 * event_parse() - parse and check one object
 * @zones: borrowed, must outlive the event
 * @text:  a whole VCALENDAR with one UID in it; copied
 *
 * Among what is refused: no UID, no DTSTAMP, no DTSTART in a VEVENT, DTEND before DTSTART or of another
 * form, an impossible date, a TZID that is neither a zone nor in the object, a property twice that may
 * come once, a bad RRULE or one that this program cannot expand (FREQ below DAILY, RSCALE), an override of
 * another form than its master, a UID that is not ASCII or too long. An object may hold changed instances
 * only, without the series: then the first of them stands for the master.
 *
 * Return: 0, EVENT_E_INVALID, negative errno.
 */
int event_parse(ZoneTable *zones, const char *text, size_t len, Event **ret, InputError *ret_error);
Event *event_free(Event *event);
DEFINE_CLEANUP(Event, event_freep, event_free)

const char *event_text(const Event *event, size_t *ret_len);
const char *event_uid(const Event *event);
int event_sequence(const Event *event); /* the master's, 0 when not given */
bool event_is_draft(const Event *event);
EventStatus event_status(const Event *event);
EventClass event_class(const Event *event);

usec_t event_stamp(const Event *event); /* the newest DTSTAMP or LAST-MODIFIED of all components */

/**
 * event_compare_versions() - which of two texts of one event is the newer one (RFC 5546, 2.1.5): by
 * SEQUENCE, then by the newest DTSTAMP, then by the newest LAST-MODIFIED where both have one
 * Return: negative when @a is older, positive when it is newer, 0 when nothing tells.
 */
int event_compare_versions(const Event *a, const Event *b);

/**
 * event_start(), event_end() - the master's DTSTART and its exclusive end (DTEND, DTSTART + DURATION, the
 * next day, or DTSTART itself). WHEN_NONE for a draft.
 */
When event_start(const Event *event);
When event_end(const Event *event);
bool event_is_recurring(const Event *event);
bool event_has_series(const Event *event); /* false: changed instances only, without their master */

/**
 * event_zone() - the zone of its all-day dates and floating times: X-CONVENED-TZID, else DTSTART's, else
 * @fallback.
 */
const Zone *event_zone(const Event *event, const Zone *fallback);

/**
 * event_text_property() - the decoded text of the master's first property of that name, borrowed for the
 * event's life; NULL when it has none
 * event_property_line() - the @index-th content line of that name of the master, for several values and
 * for parameters
 * @name: in capitals
 */
const char *event_text_property(const Event *event, const char *name);
const ContentLine *event_property_line(const Event *event, const char *name, size_t index);

/**
 * event_property_next() - the master's next line of that name behind @line, the first one for NULL; a walk
 * over all of them is one pass
 */
const ContentLine *event_property_next(const Event *event, const char *name, const ContentLine *line);

/**
 * event_category() - the @index-th of the master's CATEGORIES over all its lines, decoded, as written;
 * NULL behind the last.
 */
const char *event_category(const Event *event, size_t index);

/** event_parent() - the UID of RELATED-TO (RELTYPE=PARENT or none), NULL when there is none. */
const char *event_parent(const Event *event);

/**
 * event_alarm() - the @index-th lead of its VALARMs with ACTION:EMAIL, repeats as leads of their own.
 * False behind the last.
 */
bool event_alarm(const Event *event, size_t index, Lead *ret);

/**
 * event_change_is_significant() - whether SEQUENCE rises from @older to @newer (RFC 5545, 3.8.7.4): the
 * master's time, recurrence, status or place is another one
 */
bool event_change_is_significant(const Event *older, const Event *newer);

/** One instance in time. */
typedef struct Occurrence {
        When recurrence_id; /* its place in the series; WHEN_NONE when the event does not recur */
        When start, end;    /* end is exclusive */
        usec_t start_usec;  /* instants; dates and floating times by event_zone() */
        usec_t end_usec;
        EventStatus status; /* EVENT_CANCELLED of a cancelled master, else the override's, else the master's */
        size_t component;   /* 0: the master; otherwise which override */
} Occurrence;

/**
 * occurrence_text() - as event_text_property(), but an override's own value has precedence over the
 * master's.
 */
const char *occurrence_text(const Event *event, const Occurrence *occurrence, const char *name);

typedef struct OccurrenceIterator OccurrenceIterator;

enum {
        OCCURRENCE_END = 1, /* no further one */
};

/**
 * occurrences_new() - walk the instances in the order of their own starts, with RDATE, EXDATE and overrides,
 * cancelled ones included
 * @event:    borrowed, must outlive the iterator
 * @fallback: for event_zone(); borrowed
 * @from:     instances that end at or before this instant are left out; INT64_MIN for all
 * @to:       instances that start at or after it end the walk; USEC_INFINITY for no limit (a rule may be
 *            endless: the caller stops)
 *
 * Of several overrides of one instance the newest counts; a cancelled series cancels its changed instances,
 * too. The work is bounded: a rule that gives no day in 400 years ends the walk.
 * Return: 0, -ENOMEM.
 */
int occurrences_new(
                const Event *event, const Zone *fallback, usec_t from, usec_t to, OccurrenceIterator **ret);
OccurrenceIterator *occurrences_free(OccurrenceIterator *iterator);
DEFINE_CLEANUP(OccurrenceIterator, occurrences_freep, occurrences_free)

/** occurrences_next() - Return: 0, OCCURRENCE_END, negative errno. */
int occurrences_next(OccurrenceIterator *iterator, Occurrence *ret);

/**
 * event_span() - from the first instance's start to the last one's end, for indexes; an endless series
 * ends at USEC_INFINITY
 *
 * Dates and floating times are read in event_zone(event, fallback). A draft is 0 to 0.
 * Return: 0 or negative errno.
 */
int event_span(const Event *event, const Zone *fallback, usec_t *ret_start, usec_t *ret_end);
