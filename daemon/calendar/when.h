#pragma once

/*
 * A date or time as iCalendar writes it. Wall clock and zone are kept; the instant is computed from them.
 */

#include "base/buffer.h"
#include "calendar/zone.h"

typedef enum WhenForm {
        WHEN_NONE,     /* not given */
        WHEN_DATE,     /* VALUE=DATE: an all-day date, without a zone */
        WHEN_FLOATING, /* a time without a zone (RFC 5545, 3.3.5, form 1); read in a fallback zone */
        WHEN_UTC,
        WHEN_ZONED,
} WhenForm;

typedef struct When {
        WhenForm form;
        CivilTime civil;  /* the clock fields are 0 for WHEN_DATE */
        const Zone *zone; /* borrowed from the table or the event; set for WHEN_ZONED only */
        /*
         * For a clock time that occurs twice: the seconds from its first occurrence to the one that is
         * meant. Otherwise 0, and also if the time was read from a text, which names the first (RFC 5545,
         * 3.3.5).
         */
        int64_t later;
} When;

/**
 * when_instant() - convert to microseconds since the epoch; WHEN_NONE becomes 0
 * @fallback: the zone of floating times, and of the midnight at which a date begins; borrowed, NULL for UTC
 */
usec_t when_instant(const When *when, const Zone *fallback);

/**
 * when_clock() - return the zone on whose clock a time is: its own, @fallback for a date or a floating time,
 * NULL for UTC
 */
const Zone *when_clock(const When *when, const Zone *fallback);

/**
 * when_of_instant() - make the time of an instant by the clock of a zone
 * @zone: borrowed; NULL for UTC
 *
 * The wall clock of a repeated hour names the first of two instants. The second one, which the clock of
 * @zone cannot name, is returned in UTC.
 */
When when_of_instant(const Zone *zone, usec_t instant);

/**
 * when_set_instant() - set the clock time to that of an instant, on the clock of @zone (NULL for UTC). The
 * form and the zone of @when do not change.
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
 * @ret: WHEN_DATE, WHEN_FLOATING or, if the value ends in Z, WHEN_UTC
 *
 * Return: 0 or -EINVAL.
 */
int when_parse(const char *value, When *ret);

enum { WHEN_PARAMS_SIZE = 1024 };

/**
 * when_params() - write the parameters of the property: `;VALUE=DATE`, `;TZID=` with the zone's name, or
 * none
 *
 * A zone that only a VTIMEZONE describes may have any name, such as "(UTC+03:00) Moscow, St. Petersburg".
 * Return: 0; -EFBIG if the name does not fit; -ENOMEM.
 */
int when_params(const When *when, char ret[static WHEN_PARAMS_SIZE]);

/** when_has_leap() - whether a text begins with a time whose second is 60 */
bool when_has_leap(const char *text);

/**
 * when_write_without_leap() - append @len octets of a text. If it begins with a time whose second is 60,
 * which many programs cannot read, that second is written as the one before it, as when_parse() reads it.
 */
void when_write_without_leap(const char *text, size_t len, Buffer *out);

/**
 * when_format() - write the property's value: `20210624`, `20210624T090000`, `20210624T060000Z`, without the
 * zone's name
 */
void when_format(const When *when, char ret[static 17]);
