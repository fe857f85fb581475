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

int when_compare(const When *a, const When *b)
{
        bool alike = a->form == b->form && a->zone == b->zone;
        int64_t left = alike ? civil_seconds(&a->civil) : when_instant(a, NULL);
        int64_t right = alike ? civil_seconds(&b->civil) : when_instant(b, NULL);
        return left < right ? -1 : left > right;
}

/* Exactly @digits decimal digits; returns -1 for anything else. */
static int take_digits(const char **at, int digits)
{
        int value = 0;
        for (int i = 0; i < digits; i++, (*at)++) {
                if (**at < '0' || **at > '9')
                        return -1;
                value = value * 10 + (**at - '0');
        }
        return value;
}

static int take_clock(const char **at, CivilTime *civil)
{
        if (*(*at)++ != 'T')
                return -EINVAL;
        civil->hour = take_digits(at, 2);
        civil->minute = civil->hour < 0 ? -1 : take_digits(at, 2);
        civil->second = civil->minute < 0 ? -1 : take_digits(at, 2);
        if (civil->second == 60) /* a leap second */
                civil->second = 59;
        return civil->second < 0 ? -EINVAL : 0;
}

int when_parse(const char *value, When *ret)
{
        When when = { .form = WHEN_DATE };
        when.civil.year = take_digits(&value, 4);
        when.civil.month = when.civil.year < 0 ? -1 : take_digits(&value, 2);
        when.civil.day = when.civil.month < 0 ? -1 : take_digits(&value, 2);
        if (when.civil.day < 0)
                return -EINVAL;
        if (*value != '\0') {
                when.form = WHEN_FLOATING;
                if (take_clock(&value, &when.civil) < 0)
                        return -EINVAL;
        }
        if (*value == 'Z' && when.form == WHEN_FLOATING) {
                when.form = WHEN_UTC;
                value++;
        }
        if (*value != '\0' || !civil_valid(&when.civil))
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
