#pragma once

/*
 * Inside the calendar module: whether the components of an object say their times in one form, and the times
 * as they are understood where they do not. Readers disagree about an UNTIL that is a date while DTSTART has
 * a zone (by a week), and about a RECURRENCE-ID in another zone than DTSTART (whether the instance is moved
 * at all).
 */

#include "base/contentline.h"
#include "calendar/event.h"

enum { SERIES_KEY_SIZE = 160 };

/** What a first pass over the lines notes. */
typedef struct PublishSeries {
        char start[SERIES_KEY_SIZE]; /* form and zone of the master's DTSTART */
        char id[SERIES_KEY_SIZE];    /* of the RECURRENCE-IDs */
        char until, exdate;          /* forms; 0: not given */
        bool ids_differ, is_cancelled;
        size_t n_overrides;
        char component_start[SERIES_KEY_SIZE]; /* of the component being read */
        bool component_is_cancelled;
} PublishSeries;

void publish_series_note(PublishSeries *series, const ContentLine *line);
void publish_series_note_end(PublishSeries *series, bool is_override);

/** publish_series_is_odd() - whether the event must be understood to be published. */
bool publish_series_is_odd(const PublishSeries *series);

/** publish_series_component() - the event's component that begins in that line; false for a superseded one. */
bool publish_series_component(const Event *event, size_t line, size_t *ret);

/**
 * publish_series_id() - the RECURRENCE-ID of a component in the form and zone of DTSTART
 * publish_series_exdate() - the @index-th EXDATE of a series of whole days as a date; false behind the last
 * publish_series_until() - the UNTIL of the @index-th rule in DTSTART's form (RFC 5545, 3.3.10); false when
 *                          it has none
 */
When publish_series_id(const Event *event, size_t component);
bool publish_series_exdate(const Event *event, size_t index, When *ret);
bool publish_series_until(const Event *event, size_t index, char ret[static 17]);
