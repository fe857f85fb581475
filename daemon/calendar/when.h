#pragma once

/* A date or time as iCalendar writes it: wall clock and zone are kept, the instant is derived. */

#include "calendar/zone.h"

typedef enum WhenForm {
        WHEN_NONE,     /* not given */
        WHEN_DATE,     /* VALUE=DATE: an all-day date, no zone */
        WHEN_FLOATING, /* local to the reader */
        WHEN_UTC,
        WHEN_ZONED,
} WhenForm;

typedef struct When {
        WhenForm form;
        CivilTime civil;  /* the clock fields are 0 for WHEN_DATE */
        const Zone *zone; /* borrowed from the table or the event; set for WHEN_ZONED only */
} When;

/**
 * when_instant() - microseconds since the epoch
 * @fallback: the zone in which a date begins at midnight and a floating time is read; borrowed, NULL for
 *            UTC
 * Return: 0 for WHEN_NONE.
 */
usec_t when_instant(const When *when, const Zone *fallback);

/** when_same_form() - both are dates, both are floating, or both name an instant. */
bool when_same_form(const When *a, const When *b);

/**
 * when_compare() - order by wall clock when both are of one form and zone, by instant (dates and floating
 * in UTC) otherwise.
 */
int when_compare(const When *a, const When *b);

/**
 * when_parse() - the value of a DATE or DATE-TIME property (RFC 5545, 3.3.4 and 3.3.5), without its zone
 * Return: 0 or -EINVAL.
 */
int when_parse(const char *value, When *ret);

/**
 * when_format() - the property's value: `20210624`, `20210624T090000`, `20210624T060000Z`; the zone's name
 * is not in it.
 */
void when_format(const When *when, char ret[static 17]);
