#pragma once

/* Inside the calendar module: values as programs write them, and as RFC 5545 has them. */

#include "calendar/event-data.h"

typedef struct RepairContext {
        Event *event;            /* its zones explain TZIDs; otherwise not read */
        const Zone *fallback;    /* the zone in which a date begins */
        When series_start;       /* the master's DTSTART; WHEN_NONE when there is no master */
        const char *series_tzid; /* as it is written; NULL for none */
} RepairContext;

/**
 * RepairValue - write the line as it is meant, unfolded and without an end
 * Return: false when there is nothing to mend, or no telling how.
 */
typedef bool RepairValue(const RepairContext *context, const ContentLine *line, Buffer *out);

RepairValue repair_stamp;  /* a time without Z, or a date: in UTC */
RepairValue repair_moment; /* DTSTART, DTEND: a date without VALUE=DATE, 24:00, a zone's other names */
RepairValue repair_recurrence_id; /* the same, and of the form of the series */
RepairValue repair_dates;         /* RDATE, EXDATE: empty values, dates without VALUE=DATE */
RepairValue repair_rule;          /* empty parts, UNTIL of another form than DTSTART */
RepairValue repair_duration;      /* P1DT, small letters */
RepairValue repair_word;          /* blanks around it, CANCELED */
RepairValue repair_geo;           /* a comma or blanks between the numbers */
RepairValue repair_uri;           /* blanks and quotation marks; a bare address becomes mailto: */
RepairValue repair_uid;           /* one that is long or not ASCII becomes its hash */
