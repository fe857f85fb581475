#pragma once

/* Inside the calendar module: corrects values in which other programs violate RFC 5545. */

#include "calendar/event-data.h"
#include "calendar/repair-zone-name.h"

enum { REPAIR_MOMENT_SIZE = REPAIR_ZONE_NAME_SIZE };

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

/**
 * repair_read_moment() - rewrite a date or time as RFC 5545 has it: in capitals, without ISO 8601's
 * punctuation, an offset as UTC, 24:00 as the next day. Any other text is copied in capitals.
 *
 * Return: false if it is too long; then @ret is not set.
 */
bool repair_read_moment(const char *text, size_t len, char ret[static REPAIR_MOMENT_SIZE]);

/** repair_write_head() - write the line's name, its parameters, and the colon */
void repair_write_head(Buffer *out, const ContentLine *line);

/* The faults that each of them corrects: */
RepairValue repair_stamp;         /* a date, or a time without Z, becomes a time in UTC */
RepairValue repair_moment;        /* DTSTART, DTEND: no VALUE=DATE, ISO 8601, 24:00, other names of a zone */
RepairValue repair_recurrence_id; /* as repair_moment; another form than that of the series */
RepairValue repair_dates;         /* RDATE, EXDATE: as repair_moment, in each value; empty values */
RepairValue repair_rule;          /* empty and repeated parts, UNTIL in another form than DTSTART */
RepairValue repair_duration;      /* P1DT, lower-case letters */
RepairValue repair_word;          /* blanks around a word, CANCELED */
RepairValue repair_geo;           /* a comma or blanks between the numbers */
RepairValue repair_uri;           /* blanks and quotation marks; a bare address becomes mailto: */
RepairValue repair_uid;           /* a UID that is too long or not ASCII becomes its hash */
