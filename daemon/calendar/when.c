/*
 * Reads and writes dates and times without libical. libical 3.0.16 accepts signs and blanks as digits, and
 * loads its table of zones from a file for a time in UTC. Its sscanf() took a third of the time in which an
 * event is parsed, and snprintf() a seventh of the time in which a reminder is written. The tests compare
 * both implementations.
 */

#include "calendar/when.h"

#include "base/contentline.h"

#include <errno.h>
#include <string.h>

enum { DATE_DIGITS = 8, CLOCK_DIGITS = 6, SECOND_AT = DATE_DIGITS + 1 + CLOCK_DIGITS - 2 };

#define DIGITS "0123456789"

usec_t when_instant(const When *when, const Zone *fallback)
{
        const Zone *clock = when_clock(when, fallback);
        if (when->form == WHEN_NONE)
                return 0;
        int64_t seconds = clock ? zone_to_instant(clock, &when->civil) : civil_seconds(&when->civil);
        return (seconds + when->later) * USEC_PER_SEC;
}

const Zone *when_clock(const When *when, const Zone *fallback)
{
        return when->form == WHEN_ZONED ? when->zone : when->form == WHEN_UTC ? NULL : fallback;
}

void when_set_instant(When *when, const Zone *zone, int64_t seconds)
{
        when->civil = zone ? zone_to_civil(zone, seconds) : civil_from_seconds(seconds);
        when->later = zone ? seconds - zone_to_instant(zone, &when->civil) : 0;
}

When when_of_instant(const Zone *zone, usec_t instant)
{
        int64_t seconds = instant / USEC_PER_SEC;
        if (zone) {
                CivilTime civil = zone_to_civil(zone, seconds);
                if (zone_to_instant(zone, &civil) == seconds)
                        return (When){ .form = WHEN_ZONED, .civil = civil, .zone = zone };
        }
        return (When){ .form = WHEN_UTC, .civil = civil_from_seconds(seconds) };
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

/* Reads `T133000` or `T133000Z`. A leap second is read as the second before it. */
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

bool when_has_leap(const char *text)
{
        return strspn(text, DIGITS) == DATE_DIGITS && text[DATE_DIGITS] == 'T' &&
               strspn(text + DATE_DIGITS + 1, DIGITS) == CLOCK_DIGITS &&
               strncmp(text + SECOND_AT, "60", 2) == 0;
}

void when_write_without_leap(const char *text, size_t len, Buffer *out)
{
        size_t kept = when_has_leap(text) ? SECOND_AT : len;
        buffer_append(out, text, kept);
        if (kept < len) {
                buffer_puts(out, "59");
                buffer_append(out, text + kept + 2, len - kept - 2);
        }
}

static char *write_clock(char *at, const CivilTime *civil)
{
        *at++ = 'T';
        at = time_write_digits(at, 2, civil->hour);
        at = time_write_digits(at, 2, civil->minute);
        return time_write_digits(at, 2, civil->second);
}

int when_params(const When *when, char ret[static WHEN_PARAMS_SIZE])
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(WHEN_PARAMS_SIZE - 1);
        if (when->form == WHEN_DATE)
                content_write_param(&text, "VALUE", "DATE");
        else if (when->form == WHEN_ZONED)
                content_write_param(&text, "TZID", zone_name(when->zone));
        int r = buffer_error(&text);
        if (r == 0)
                memcpy(ret, buffer_text(&text), text.len + 1);
        return r;
}

void when_format(const When *when, char ret[static 17])
{
        char *at = time_write_digits(ret, 4, when->civil.year);
        at = time_write_digits(at, 2, when->civil.month);
        at = time_write_digits(at, 2, when->civil.day);
        if (when->form != WHEN_DATE)
                at = write_clock(at, &when->civil);
        if (when->form == WHEN_UTC)
                *at++ = 'Z';
        *at = '\0';
}
