#include "calendar/when.h"

#include <errno.h>
#include <libical/ical.h>
#include <stdio.h>
#include <string.h>

enum { DATE_LENGTH = 8, LOCAL_LENGTH = 15 };

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

/* `19970714` or `19970714T133000`; libical itself takes signs and blanks for digits. */
static bool is_local_time(const char *text, size_t len)
{
        static const char digits[] = "0123456789";
        return strspn(text, digits) == DATE_LENGTH &&
               (len == DATE_LENGTH || (len == LOCAL_LENGTH && text[DATE_LENGTH] == 'T' &&
                                                      strspn(text + DATE_LENGTH + 1, digits) == 6));
}

int when_parse(const char *value, When *ret)
{
        char local[LOCAL_LENGTH + 1];
        size_t len = strlen(value);
        bool utc = len == LOCAL_LENGTH + 1 && value[LOCAL_LENGTH] == 'Z';
        len -= utc;
        if (!is_local_time(value, len))
                return -EINVAL;
        /* The Z is cut off: for a time in UTC libical loads its table of zones from a file. */
        memcpy(local, value, len);
        local[len] = '\0';
        struct icaltimetype time = icaltime_from_string(local);
        When when = {
                .form = time.is_date ? WHEN_DATE
                        : utc        ? WHEN_UTC
                                     : WHEN_FLOATING,
                .civil = { time.year, time.month, time.day, time.hour, time.minute, time.second },
        };
        if (when.civil.second == 60) /* a leap second */
                when.civil.second = 59;
        if (!civil_valid(&when.civil))
                return -EINVAL;
        *ret = when;
        return 0;
}

/* Not printed by libical, which loads its table of zones from a file to see whether the time is in UTC. */
void when_format(const When *when, char ret[static 17])
{
        const CivilTime *c = &when->civil;
        snprintf(ret, 17, "%04u%02u%02u", (unsigned)c->year % 10000, (unsigned)c->month % 100,
                        (unsigned)c->day % 100);
        if (when->form != WHEN_DATE)
                snprintf(ret + 8, 9, "T%02u%02u%02u%s", (unsigned)c->hour % 100, (unsigned)c->minute % 100,
                                (unsigned)c->second % 100, when->form == WHEN_UTC ? "Z" : "");
}
