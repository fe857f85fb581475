#pragma once

/*
 * Inside the calendar module: checks whether the components of an object write their times in one form, and
 * converts the times if they do not. Clients read different forms differently. If UNTIL is a date and
 * DTSTART has a zone, the ends of a weekly series differ by a week. If RECURRENCE-ID is in another zone than
 * DTSTART, some clients do not move the instance.
 */

#include "base/contentline.h"
#include "calendar/event.h"
#include "calendar/rule.h"

enum { SERIES_KEY_SIZE = 160 };

/** The facts that the first pass over the lines has found. */
typedef struct PublishSeries {
        char start[SERIES_KEY_SIZE];  /* form and zone of the master's DTSTART */
        char id[SERIES_KEY_SIZE];     /* form and zone of the last RECURRENCE-ID */
        char exdate[SERIES_KEY_SIZE]; /* form and zone of the last EXDATE */
        char until;                   /* form; 0 if not given */
        bool ids_differ, exdates_differ, is_cancelled, has_exrule, has_floating_rdate;
        bool has_mixed_rdates; /* an RDATE line with times of several forms */
        bool has_unclear_time; /* set by publish_time() */
        size_t n_overrides;
        char component_start[SERIES_KEY_SIZE]; /* DTSTART of the component that is being read */
        bool component_is_cancelled;
} PublishSeries;

/** publish_series_note() - record a property of a component; for the first pass */
void publish_series_note(PublishSeries *series, const ContentLine *line);
/** publish_series_note_end() - record that the component has ended; for the first pass */
void publish_series_note_end(PublishSeries *series, bool is_override);

/** publish_series_is_odd() - whether the object must be parsed before it is published. */
bool publish_series_is_odd(const PublishSeries *series);

/**
 * publish_series_is_unclear() - whether a component that does not recur starts or ends at a time that the
 * clock of its zone shows twice or never. RFC 5545, 3.3.5 says which instant is meant, but ical.js, libical
 * and recurring-ical-events take the second of two, and differ about a time that is skipped.
 */
bool publish_series_is_unclear(const Event *event, size_t component);

/** publish_series_id() - return a component's RECURRENCE-ID in the form and zone of DTSTART */
When publish_series_id(const Event *event, size_t component);

/** publish_series_rewrites_exdates() - whether the EXDATEs are to be written by publish_series_exdate() */
bool publish_series_rewrites_exdates(const PublishSeries *series, const Event *event);

/**
 * publish_series_exdate() - get the @index-th EXDATE in the form of DTSTART (RFC 5545, 3.8.5.1); false if
 * there is none
 * @fallback: the zone of dates and floating times, if the event names none; NULL for UTC. An EXDATE in UTC
 *            excludes the day on which it lies in that zone.
 */
bool publish_series_exdate(const Event *event, size_t index, const Zone *fallback, When *ret);

/**
 * publish_series_rdate() - get the @index-th RDATE as it is understood; false if there is none
 * @fallback: as in publish_series_exdate()
 * @ret_end:  of a period, in the form of @ret (RFC 5545, 3.3.9); otherwise WHEN_NONE
 */
bool publish_series_rdate(const Event *event, size_t index, const Zone *fallback, When *ret, When *ret_end);

/**
 * publish_series_rdate_zone() - return the zone of an RDATE line that names none, although DTSTART does: it
 * is read on the clock of DTSTART. NULL for another line.
 */
const Zone *publish_series_rdate_zone(const Event *event, const ContentLine *line);

/**
 * publish_series_until() - write the UNTIL of a rule in the form that RFC 5545, 3.3.10 requires
 * for DTSTART; false if the rule has none
 */
bool publish_series_until(const Event *event, const Rule *rule, char ret[static 17]);
