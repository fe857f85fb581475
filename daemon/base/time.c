#include "base/time.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * Counts the year from March, so that the leap day is its last day (Howard Hinnant, "chrono-compatible
 * low-level date algorithms").
 */
int64_t civil_days(int year, int month, int day)
{
        int64_t months = (int64_t)year * 12 + month - 1;
        int64_t y = months >= 0 ? months / 12 : (months - 11) / 12;
        int64_t m = months - y * 12 + 1;
        y -= m <= 2;
        int64_t era = (y >= 0 ? y : y - 399) / 400;
        int64_t year_of_era = y - era * 400;
        int64_t day_of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5;
        int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        return era * 146097 + day_of_era - 719468 + day - 1;
}

CivilTime civil_from_days(int64_t days)
{
        days += 719468;
        int64_t era = (days >= 0 ? days : days - 146096) / 146097;
        int64_t day_of_era = days - era * 146097;
        int64_t year_of_era =
                        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
        int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        int64_t m = (5 * day_of_year + 2) / 153;
        int month = (int)(m < 10 ? m + 3 : m - 9);
        return (CivilTime){
                .year = (int)(year_of_era + era * 400 + (month <= 2)),
                .month = month,
                .day = (int)(day_of_year - (153 * m + 2) / 5 + 1),
        };
}

int64_t civil_seconds(const CivilTime *civil)
{
        return civil_days(civil->year, civil->month, civil->day) * SEC_PER_DAY + civil->hour * 3600 +
               civil->minute * 60 + civil->second;
}

CivilTime civil_from_seconds(int64_t seconds)
{
        int64_t days = seconds >= 0 ? seconds / SEC_PER_DAY : (seconds - SEC_PER_DAY + 1) / SEC_PER_DAY;
        int64_t clock = seconds - days * SEC_PER_DAY;
        CivilTime civil = civil_from_days(days);
        civil.hour = (int)(clock / 3600);
        civil.minute = (int)(clock / 60 % 60);
        civil.second = (int)(clock % 60);
        return civil;
}

int civil_weekday(int64_t days)
{
        int64_t weekday = (days + 4) % 7;
        return (int)(weekday < 0 ? weekday + 7 : weekday);
}

int civil_days_in_month(int year, int month)
{
        return (int)(civil_days(year, month + 1, 1) - civil_days(year, month, 1));
}

bool civil_valid(const CivilTime *civil)
{
        return civil->year >= 1 && civil->year <= 9999 && civil->month >= 1 && civil->month <= 12 &&
               civil->day >= 1 && civil->day <= civil_days_in_month(civil->year, civil->month) &&
               civil->hour >= 0 && civil->hour <= 23 && civil->minute >= 0 && civil->minute <= 59 &&
               civil->second >= 0 && civil->second <= 59;
}

int time_read_digits(const char **text, int n, int *ret)
{
        int value = 0;
        for (int i = 0; i < n; i++) {
                char c = (*text)[i];
                if (c < '0' || c > '9')
                        return -EINVAL;
                value = value * 10 + (c - '0');
        }
        *text += n;
        *ret = value;
        return 0;
}

char *time_write_digits(char *at, int n, int value)
{
        for (int i = n; i-- > 0; value /= 10)
                at[i] = (char)('0' + value % 10);
        return at + n;
}

static int read_char(const char **text, const char *allowed)
{
        if (**text == '\0' || !strchr(allowed, **text))
                return -EINVAL;
        (*text)++;
        return 0;
}

static int read_offset(const char **text, int *ret_seconds)
{
        if (read_char(text, "Zz") >= 0) {
                *ret_seconds = 0;
                return 0;
        }
        int sign = **text == '-' ? -1 : 1, hours, minutes;
        if (read_char(text, "+-") < 0 || time_read_digits(text, 2, &hours) < 0 || read_char(text, ":") < 0 ||
                        time_read_digits(text, 2, &minutes) < 0 || hours > 23 || minutes > 59)
                return -EINVAL;
        *ret_seconds = sign * (hours * 3600 + minutes * 60);
        return 0;
}

int time_parse_rfc3339(const char *text, usec_t *ret)
{
        CivilTime civil = { 0 };
        int offset;
        if (time_read_digits(&text, 4, &civil.year) < 0 || read_char(&text, "-") < 0 ||
                        time_read_digits(&text, 2, &civil.month) < 0 || read_char(&text, "-") < 0 ||
                        time_read_digits(&text, 2, &civil.day) < 0 || read_char(&text, "Tt ") < 0 ||
                        time_read_digits(&text, 2, &civil.hour) < 0 || read_char(&text, ":") < 0 ||
                        time_read_digits(&text, 2, &civil.minute) < 0 || read_char(&text, ":") < 0 ||
                        time_read_digits(&text, 2, &civil.second) < 0 || read_offset(&text, &offset) < 0 ||
                        *text != '\0')
                return -EINVAL;
        if (civil.second == 60)
                civil.second = 59;
        if (!civil_valid(&civil))
                return -EINVAL;
        *ret = (civil_seconds(&civil) - offset) * USEC_PER_SEC;
        return 0;
}

static CivilTime civil_from_usec(usec_t time)
{
        int64_t seconds = time / USEC_PER_SEC - (time % USEC_PER_SEC < 0);
        return civil_from_seconds(seconds);
}

void time_format_utc(usec_t time, char ret[static 17])
{
        CivilTime c = civil_from_usec(time);
        snprintf(ret, 17, "%04u%02u%02uT%02u%02u%02uZ", (unsigned)c.year % 10000, (unsigned)c.month % 100,
                        (unsigned)c.day % 100, (unsigned)c.hour % 100, (unsigned)c.minute % 100,
                        (unsigned)c.second % 100);
}

void time_format_rfc3339(usec_t time, char ret[static 21])
{
        CivilTime c = civil_from_usec(time);
        snprintf(ret, 21, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)c.year % 10000,
                        (unsigned)c.month % 100, (unsigned)c.day % 100, (unsigned)c.hour % 100,
                        (unsigned)c.minute % 100, (unsigned)c.second % 100);
}

/* The designators in the order in which they may occur, each at most once (RFC 5545, 3.3.6). */
typedef struct DurationUnit {
        char designator;
        bool clock;      /* after the T */
        bool years_only; /* RFC 5545 has no years and months */
        int64_t seconds; /* of one; 0 for years and months */
        int64_t months;
} DurationUnit;

static const DurationUnit duration_units[] = {
        { 'Y', false, true, 0, 12 },
        { 'M', false, true, 0, 1 },
        { 'W', false, false, 7 * SEC_PER_DAY, 0 },
        { 'D', false, false, SEC_PER_DAY, 0 },
        { 'H', true, false, 3600, 0 },
        { 'M', true, false, 60, 0 },
        { 'S', true, false, 1, 0 },
};

enum { N_DURATION_UNITS = sizeof(duration_units) / sizeof(duration_units[0]), DURATION_MAX_DIGITS = 9 };

static int read_number(const char **text, int64_t *ret)
{
        int64_t value = 0;
        int digits = 0;
        for (; **text >= '0' && **text <= '9'; (*text)++, digits++) {
                if (digits == DURATION_MAX_DIGITS)
                        return -EINVAL;
                value = value * 10 + (**text - '0');
        }
        *ret = value;
        return digits > 0 ? 0 : -EINVAL;
}

static const DurationUnit *find_unit(char designator, bool clock, int after)
{
        for (int i = after + 1; i < N_DURATION_UNITS; i++)
                if (duration_units[i].designator == designator && duration_units[i].clock == clock)
                        return &duration_units[i];
        return NULL;
}

int duration_parse(const char *text, bool allow_years, Duration *ret)
{
        Duration duration = { .negative = *text == '-' };
        if (*text == '+' || *text == '-')
                text++;
        if (*text++ != 'P' || *text == '\0')
                return -EINVAL;
        int last = -1;
        bool clock = false;
        while (*text != '\0') {
                int64_t number;
                if (*text == 'T' && !clock) {
                        clock = true;
                        text++;
                }
                if (read_number(&text, &number) < 0)
                        return -EINVAL;
                const DurationUnit *unit = find_unit(*text, clock, last);
                if (!unit || (unit->years_only && !allow_years))
                        return -EINVAL;
                last = (int)(unit - duration_units);
                text++;
                if (unit->clock)
                        duration.seconds += number * unit->seconds;
                else if (unit->years_only && number * unit->months > 120000)
                        return -EINVAL;
                else {
                        duration.years += unit->designator == 'Y' && !clock ? (int)number : 0;
                        duration.months += unit->months == 1 ? (int)number : 0;
                        duration.days += number * unit->seconds / SEC_PER_DAY;
                }
        }
        *ret = duration;
        return 0;
}

int64_t duration_seconds(const Duration *duration)
{
        int64_t days = duration->days + (int64_t)duration->years * 365 + (int64_t)duration->months * 30;
        int64_t seconds = days * SEC_PER_DAY + duration->seconds;
        return duration->negative ? -seconds : seconds;
}

int64_t duration_shift_days(int64_t days, const Duration *duration)
{
        int sign = duration->negative ? -1 : 1;
        CivilTime civil = civil_from_days(days);
        int64_t months = (int64_t)civil.year * 12 + civil.month - 1 +
                         sign * (duration->years * 12 + duration->months);
        int year = (int)(months >= 0 ? months / 12 : (months - 11) / 12);
        int month = (int)(months - (int64_t)year * 12) + 1;
        int day = civil.day <= civil_days_in_month(year, month) ? civil.day
                                                                : civil_days_in_month(year, month);
        return civil_days(year, month, day) + sign * duration->days;
}
