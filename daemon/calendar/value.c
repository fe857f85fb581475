#include "calendar/value.h"

#include "calendar/when.h"

#include <errno.h>
#include <libical/ical.h>
#include <string.h>

enum { DIGITS_MAX = 9, GEO_MAX_BYTES = 64, PERIOD_SIZE = 128 };

#define PERIOD_SECONDS_MAX (400 * 366 * SEC_PER_DAY)

#define DIGITS "0123456789"

static size_t count_digits(const char *text)
{
        return strspn(text, DIGITS);
}

/*
 * Whether the numbers have designators, in the RFC's order. libical accepts any order, and also a number
 * without a designator.
 */
static bool is_duration(const char *text)
{
        const char *order = "WDTHMS";
        text += *text == '+' || *text == '-';
        if (*text++ != 'P' || !*text)
                return false;
        while (*text) {
                size_t digits = count_digits(text);
                const char *designator = text[digits] ? strchr(order, text[digits]) : NULL;
                if (!designator || digits > DIGITS_MAX || (digits == 0) != (*designator == 'T'))
                        return false;
                order = designator + 1;
                text += digits + 1;
        }
        return text[-1] != 'T';
}

int value_parse_duration(const char *text, Duration *ret)
{
        if (!is_duration(text))
                return -EINVAL;
        struct icaldurationtype read = icaldurationtype_from_string(text);
        if (icaldurationtype_is_bad_duration(read))
                return -EINVAL;
        *ret = (Duration){
                .negative = read.is_neg != 0,
                .days = (int64_t)read.weeks * 7 + read.days,
                .seconds = (int64_t)read.hours * 3600 + (int64_t)read.minutes * 60 + read.seconds,
        };
        return 0;
}

static bool is_utc_offset(const char *text)
{
        size_t len = strlen(text);
        return (len == 5 || len == 7) && (*text == '+' || *text == '-') &&
               count_digits(text + 1) == len - 1 && text[3] < '6' && (len == 5 || text[5] < '6');
}

int value_parse_utc_offset(const char *text, int *ret)
{
        if (!is_utc_offset(text))
                return -EINVAL;
        icalvalue *value = icalvalue_new_from_string(ICAL_UTCOFFSET_VALUE, text);
        if (!value)
                return -EINVAL;
        *ret = icalvalue_get_utcoffset(value);
        icalvalue_free(value);
        return 0;
}

/* Skips one decimal number. Return: NULL if there is none. */
static const char *skip_decimal(const char *text)
{
        text += *text == '+' || *text == '-';
        size_t whole = count_digits(text), fraction = 0;
        text += whole;
        if (*text == '.') {
                fraction = count_digits(text + 1);
                text += fraction + 1;
        }
        return whole + fraction > 0 ? text : NULL;
}

static bool is_geo(const char *text)
{
        const char *end = skip_decimal(text);
        end = end && *end == ';' && strlen(text) < GEO_MAX_BYTES ? skip_decimal(end + 1) : NULL;
        return end && *end == '\0';
}

int value_parse_geo(const char *text, double *ret_latitude, double *ret_longitude)
{
        if (!is_geo(text))
                return -EINVAL;
        icalvalue *value = icalvalue_new_from_string(ICAL_GEO_VALUE, text);
        if (!value)
                return -EINVAL;
        struct icalgeotype geo = icalvalue_get_geo(value);
        icalvalue_free(value);
        *ret_latitude = geo.lat;
        *ret_longitude = geo.lon;
        return 0;
}

static int parse_utc(const char *text, usec_t *ret)
{
        When when;
        if (when_parse(text, &when) < 0 || when.form != WHEN_UTC)
                return -EINVAL;
        *ret = when_instant(&when, NULL);
        return 0;
}

int value_parse_period(const char *text, size_t len, usec_t *ret_start, usec_t *ret_end)
{
        char copy[PERIOD_SIZE];
        usec_t start;
        Duration duration;
        if (len >= sizeof(copy))
                return -EINVAL;
        memcpy(copy, text, len);
        copy[len] = '\0';
        char *slash = strchr(copy, '/');
        if (!slash)
                return -EINVAL;
        *slash = '\0';
        if (parse_utc(copy, &start) < 0)
                return -EINVAL;
        if (parse_utc(slash + 1, ret_end) < 0) {
                if (duration_parse(slash + 1, false, &duration) < 0 || duration_seconds(&duration) <= 0 ||
                                duration_seconds(&duration) > PERIOD_SECONDS_MAX)
                        return -EINVAL;
                *ret_end = start + duration_seconds(&duration) * USEC_PER_SEC;
        }
        *ret_start = start;
        return 0;
}
