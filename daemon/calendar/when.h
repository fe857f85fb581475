#pragma once

/*
 * A date or time as iCalendar writes it. Wall clock and zone are kept; the instant is computed from them.
 */

#include "calendar/zone.h"

typedef enum WhenForm {
        WHEN_NONE,     /* not given */
        WHEN_DATE,     /* VALUE=DATE: an all-day date, without a zone */
        WHEN_FLOATING, /* in the reader's local time */
        WHEN_UTC,
        WHEN_ZONED,
} WhenForm;

typedef struct When {
        WhenForm form;
        CivilTime civil;  /* the clock fields are 0 for WHEN_DATE */
        const Zone *zone; /* borrowed from the table or the event; set for WHEN_ZONED only */
        /*
         * Seconds after the first time at which the clock shows this. Only a computed time has them, in an
         * hour that the clock repeats: a text names the first of two times (RFC 5545, 3.3.5).
         */
        int64_t later;
} When;

/**
 * when_instant() - convert to microseconds since the epoch; WHEN_NONE becomes 0
 * @fallback: the zone of floating times, and of the midnight at which a date begins; borrowed, NULL for UTC
 */
usec_t when_instant(const When *when, const Zone *fallback);

/**
 * when_of_instant() - make the time of an instant by the clock of a zone
 * @zone: borrowed; NULL for UTC
 *
 * The wall clock of a repeated hour names the first of two instants. The second one, which the clock of
 * @zone cannot name, is returned in UTC.
 */
When when_of_instant(const Zone *zone, usec_t instant);

/**
 * when_set_instant() - set the clock time, on the clock of @zone (NULL: UTC), to an instant
 * @seconds: since the epoch
 */
void when_set_instant(When *when, const Zone *zone, int64_t seconds);

/** when_same_form() - whether both are dates, both are floating, or both name an instant. */
bool when_same_form(const When *a, const When *b);

/**
 * when_compare() - compare by wall clock if form and zone are equal, otherwise by instant (dates and
 * floating times in UTC)
 */
int when_compare(const When *a, const When *b);

/**
 * when_parse() - read the value of a DATE or DATE-TIME property (RFC 5545, 3.3.4 and 3.3.5), without its
 * zone
 *
 * Return: 0 or -EINVAL.
 */
int when_parse(const char *value, When *ret);

enum { WHEN_PARAMS_SIZE = 1024 };

/**
 * when_params() - write the parameters of the property: `;VALUE=DATE`, `;TZID=` with the zone's name, or none
 *
 * A zone that only a VTIMEZONE describes may have any name, such as "(UTC+03:00) Moscow, St. Petersburg".
 * Return: 0; -EFBIG if the name is longer than there is room.
 */
int when_params(const When *when, char ret[static WHEN_PARAMS_SIZE]);

/**
 * when_format() - write the property's value: `20210624`, `20210624T090000`, `20210624T060000Z`, without the
 * zone's name
 */
void when_format(const When *when, char ret[static 17]);
