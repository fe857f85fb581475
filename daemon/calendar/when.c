/*
 * Dates and times are read and printed without libical 3.0.16: it takes signs and blanks for digits, loads
 * its table of zones from a file for a time in UTC, and reads with sscanf(), which made up a third of the
 * time for an event. The tests hold both against each other.
 */

#include "calendar/when.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

usec_t when_instant(const When *when, const Zone *fallback)
{
        int64_t seconds = 0;
        switch (when->form) {
        case WHEN_NONE:
                break;
        case WHEN_UTC:
                seconds = civil_seconds(&when->civil);
                break;
        case WHEN_ZONED:
                seconds = zone_to_instant(when->zone, &when->civil);
                break;
        case WHEN_DATE:
        case WHEN_FLOATING:
                seconds = fallback ? zone_to_instant(fallback, &when->civil) : civil_seconds(&when->civil);
                break;
        }
        return seconds * USEC_PER_SEC;
}

bool when_same_form(const When *a, const When *b)
{
        return (a->form == WHEN_DATE) == (b->form == WHEN_DATE) &&
               (a->form == WHEN_FLOATING) == (b->form == WHEN_FLOATING);
}

int when_compare(const When *a, const When *b)
{
        bool alike = a->form == b->form && a->zone == b->zone;
        int64_t left = alike ? civil_seconds(&a->civil) : when_instant(a, NULL);
        int64_t right = alike ? civil_seconds(&b->civil) : when_instant(b, NULL);
        return left < right ? -1 : left > right;
}

/* `T133000` or `T133000Z`. A leap second is read as the one before it. */
static int read_clock(const char **text, When *when)
{
        CivilTime *civil = &when->civil;
        if (*(*text)++ != 'T' || time_read_digits(text, 2, &civil->hour) < 0 ||
                        time_read_digits(text, 2, &civil->minute) < 0 ||
                        time_read_digits(text, 2, &civil->second) < 0)
                return -EINVAL;
        if (civil->second == 60)
                civil->second = 59;
        when->form = **text == 'Z' ? WHEN_UTC : WHEN_FLOATING;
        *text += when->form == WHEN_UTC;
        return 0;
}

int when_parse(const char *value, When *ret)
{
        When when = { .form = WHEN_DATE };
        CivilTime *civil = &when.civil;
        if (time_read_digits(&value, 4, &civil->year) < 0 ||
                        time_read_digits(&value, 2, &civil->month) < 0 ||
                        time_read_digits(&value, 2, &civil->day) < 0)
                return -EINVAL;
        if (*value && read_clock(&value, &when) < 0)
                return -EINVAL;
        if (*value || !civil_valid(civil))
                return -EINVAL;
        *ret = when;
        return 0;
}

void when_format(const When *when, char ret[static 17])
{
        const CivilTime *c = &when->civil;
        snprintf(ret, 17, "%04u%02u%02u", (unsigned)c->year % 10000, (unsigned)c->month % 100,
                        (unsigned)c->day % 100);
        if (when->form != WHEN_DATE)
                snprintf(ret + 8, 9, "T%02u%02u%02u%s", (unsigned)c->hour % 100, (unsigned)c->minute % 100,
                                (unsigned)c->second % 100, when->form == WHEN_UTC ? "Z" : "");
}
