#pragma once

/* Inside the calendar module: corrects values in which other programs violate RFC 5545. */

#include "calendar/event-data.h"

typedef struct RepairContext {
        Event *event;            /* only its table of zones is read */
        const Zone *fallback;    /* a UTC time that stands for a date is midnight here; NULL for UTC */
        When series_start;       /* the master's DTSTART; WHEN_NONE if there is no master */
        const char *series_tzid; /* the TZID of that DTSTART; NULL for none */
} RepairContext;

/**
 * RepairValue - write the corrected line, unfolded and without a line end
 *
 * Return: false if no correction is known; then @out may hold the beginning of a line.
 */
typedef bool RepairValue(const RepairContext *context, const ContentLine *line, Buffer *out);

/** repair_local() - read a time in UTC on the clock of the fallback zone; return other times as given. */
When repair_local(const RepairContext *context, const When *when);

/* The faults that each of them corrects: */
RepairValue repair_stamp;  /* a date, or a time without Z, becomes a time in UTC */
RepairValue repair_moment; /* DTSTART, DTEND: a date without VALUE=DATE, 24:00, other names of a zone */
RepairValue repair_recurrence_id; /* as repair_moment; another form than that of the series */
RepairValue repair_dates;         /* RDATE, EXDATE: empty values, dates without VALUE=DATE */
RepairValue repair_rule;          /* empty parts, UNTIL in another form than DTSTART */
RepairValue repair_duration;      /* P1DT, lower-case letters */
RepairValue repair_word;          /* blanks around a word, CANCELED */
RepairValue repair_geo;           /* a comma or blanks between the numbers */
RepairValue repair_uri;           /* blanks and quotation marks; a bare address becomes mailto: */
RepairValue repair_uid;           /* a UID that is too long or not ASCII becomes its hash */
