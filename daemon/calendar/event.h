#pragma once

/*
 * One calendar object: all components with one UID. They are VEVENTs, a master and its overrides; or
 * VJOURNALs with STATUS:DRAFT, for an event without a date; or one VAVAILABILITY. The text is kept byte for
 * byte and never changes. The event owns the zones of the object's VTIMEZONEs. There is no I/O and no clock
 * in this module. Only one thread may use an Event at a time.
 */

#include "base/cleanup.h"
#include "base/conditions.h"
#include "base/contentline.h"
#include "calendar/lead.h"
#include "calendar/when.h"

typedef struct Event Event;

enum {
        EVENT_E_INVALID = CONDITIONS_CALENDAR + 1, /* the InputError has line, property and reason */
        EVENT_E_STALE = CONDITIONS_CALENDAR + 4,   /* the given version is older than the kept one */
};

typedef enum EventStatus {
        EVENT_STATUS_NONE,
        EVENT_TENTATIVE,
        EVENT_CONFIRMED,
        EVENT_CANCELLED,
        EVENT_DRAFT
} EventStatus;
typedef enum EventClass { EVENT_PUBLIC, EVENT_PRIVATE, EVENT_CONFIDENTIAL } EventClass;

/** event_class_of() - read a CLASS value; an unknown value means PRIVATE (RFC 5545, 3.8.1.3). */
EventClass event_class_of(const char *value);

/**
 * event_parse() - parse and check one object
 * @zones: borrowed, must outlive the event
 * @text:  a whole VCALENDAR with one UID in it; copied
 *
 * Refuses, among other errors: no UID, no DTSTAMP, no DTSTART in a VEVENT, DTEND before DTSTART or in
 * another form, an impossible date, a TZID that neither the table nor the object explains, a property that
 * is repeated but may occur only once, a bad RRULE or one that this program cannot expand (FREQ below
 * DAILY, RSCALE), an override in another form than its master, a UID that is too long or not ASCII. If the
 * object has only changed instances and no series, the first instance takes the master's position.
 *
 * Return: 0, EVENT_E_INVALID, negative errno.
 */
int event_parse(ZoneTable *zones, const char *text, size_t len, Event **ret, InputError *ret_error);
Event *event_free(Event *event);
DEFINE_CLEANUP(Event, event_freep, event_free)

const char *event_text(const Event *event, size_t *ret_len);
const char *event_uid(const Event *event);
int event_sequence(const Event *event); /* of the master; 0 if it has none */
bool event_is_draft(const Event *event);
bool event_is_availability(const Event *event);

/**
 * event_available() - return the @index-th series of AVAILABLE components of a VAVAILABILITY (RFC 7953) as
 * an event, borrowed; NULL if there is none
 */
const Event *event_available(const Event *event, size_t index);
EventStatus event_status(const Event *event);
EventClass event_class(const Event *event);

usec_t event_stamp(const Event *event); /* the newest DTSTAMP or LAST-MODIFIED of all components */

/**
 * event_compare_versions() - compare two versions of one event (RFC 5546, 2.1.5): by SEQUENCE, then by the
 * newest DTSTAMP, then by the newest LAST-MODIFIED if both have one
 *
 * Return: negative if @a is older, positive if it is newer, 0 if neither is.
 */
int event_compare_versions(const Event *a, const Event *b);

/** event_start() - return the master's DTSTART; WHEN_NONE for a draft or a VAVAILABILITY without one. */
When event_start(const Event *event);

/**
 * event_end() - return the master's exclusive end: DTEND, DTSTART + DURATION, the next day, or DTSTART
 * itself; WHEN_NONE for a draft
 */
When event_end(const Event *event);
bool event_is_recurring(const Event *event);
bool event_has_series(const Event *event); /* false: there are only changed instances and no master */

/**
 * event_zone() - return the zone of the event's all-day dates and floating times: X-CONVENED-TZID, or else
 * DTSTART's zone, or else @fallback
 */
const Zone *event_zone(const Event *event, const Zone *fallback);

/**
 * event_text_property() - return the decoded text of the master's first property named @name, borrowed for
 * the event's life; NULL if there is none
 * @name: in capitals
 */
const char *event_text_property(const Event *event, const char *name);

/**
 * event_property_line() - return the @index-th content line of the master named @name, with its parameters;
 * NULL if there are not as many
 * @name: in capitals
 */
const ContentLine *event_property_line(const Event *event, const char *name, size_t index);

/**
 * event_property_next() - return the master's next line named @name after @line, or the first if @line is
 * NULL; NULL if there is none. A loop over all lines of one name reads the master once.
 */
const ContentLine *event_property_next(const Event *event, const char *name, const ContentLine *line);

/**
 * event_category() - return the @index-th category of the master, counted over all its CATEGORIES lines,
 * decoded but otherwise as written; NULL if there is none
 */
const char *event_category(const Event *event, size_t index);

/**
 * event_parent() - return the UID of RELATED-TO with RELTYPE=PARENT or no RELTYPE; NULL if there is none.
 */
const char *event_parent(const Event *event);

/**
 * event_alarm() - get the @index-th lead of the master's VALARMs with ACTION:EMAIL. Each repeat of an alarm
 * counts as a lead.
 *
 * Return: false if there is none.
 */
bool event_alarm(const Event *event, size_t index, Lead *ret);

/**
 * event_change_is_significant() - whether the change from @older to @newer must raise SEQUENCE (RFC 5545,
 * 3.8.7.4), because the master's time, recurrence, status or location differs
 */
bool event_change_is_significant(const Event *older, const Event *newer);

/** One instance of an event. */
typedef struct Occurrence {
        When recurrence_id; /* the original start; WHEN_NONE if the event does not recur */
        When start, end;    /* end is exclusive */
        usec_t start_usec;  /* instants; event_zone() is the zone of dates and floating times */
        usec_t end_usec;
        EventStatus status; /* the override's, or else the master's; CANCELLED if the master's is */
        size_t component;   /* index of the override; 0 for the master */
} Occurrence;

/** occurrence_text() - as event_text_property(), but if the override has the property, return its value */
const char *occurrence_text(const Event *event, const Occurrence *occurrence, const char *name);

/**
 * occurrence_property_next() - as event_property_next(), but if the override has lines named @name, return
 * these
 */
const ContentLine *occurrence_property_next(
                const Event *event, const Occurrence *occurrence, const char *name, const ContentLine *line);

/**
 * occurrence_of_override() - get the @index-th override of an event as an occurrence, in the order of the
 * text
 * @fallback: for event_zone(); borrowed
 * @ret:      its status is the override's own, and does not depend on the master's
 *
 * Return: false if there are not as many.
 */
bool occurrence_of_override(const Event *event, size_t index, const Zone *fallback, Occurrence *ret);

/** event_excluded() - get the @index-th date of EXDATE. Return: false if there are not as many. */
bool event_excluded(const Event *event, size_t index, When *ret);

typedef struct OccurrenceIterator OccurrenceIterator;

enum {
        OCCURRENCE_END = 1, /* no further instance */
};

/**
 * occurrences_new() - iterate over the instances in the order of their actual starts. RDATE, EXDATE and
 * overrides are applied; cancelled instances are included.
 * @event:    borrowed, must outlive the iterator
 * @fallback: for event_zone(); borrowed
 * @from:     instances that end at or before this instant are skipped, except one without a duration that
 *            begins at this instant; INT64_MIN for all
 * @to:       the iteration ends before instances that start at or after this instant; USEC_INFINITY for no
 *            limit. A rule may be endless, and then the caller must stop.
 *
 * If an instance has several overrides, the newest counts. A cancelled series cancels its changed
 * instances, too. The work is bounded: a rule that gives no day in 400 years ends.
 *
 * Return: 0, -ENOMEM.
 */
int occurrences_new(
                const Event *event, const Zone *fallback, usec_t from, usec_t to, OccurrenceIterator **ret);
OccurrenceIterator *occurrences_free(OccurrenceIterator *iterator);
DEFINE_CLEANUP(OccurrenceIterator, occurrences_freep, occurrences_free)

/** occurrences_next() - get the next instance. Return: 0, OCCURRENCE_END, negative errno. */
int occurrences_next(OccurrenceIterator *iterator, Occurrence *ret);

/**
 * event_span() - compute the span from the first start to the last end, for indexes; a series that is
 * endless, or has more than 100000 instances, ends at USEC_INFINITY
 *
 * Dates and floating times are read in event_zone(event, fallback). A draft and a VAVAILABILITY have the
 * span 0 to 0.
 * Return: 0 or negative errno.
 */
int event_span(const Event *event, const Zone *fallback, usec_t *ret_start, usec_t *ret_end);
