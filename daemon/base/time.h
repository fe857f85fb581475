#pragma once

/*
 * Time as plain numbers: microseconds since the epoch (UTC, no leap seconds), civil dates of the proleptic
 * Gregorian calendar, and the two text forms that reach us from outside. No clock and no zone in here:
 * `base/clock` is the only reader of the time, `calendar/zone` knows zones.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t usec_t; /* microseconds; since the epoch or a span, as the name says; negative is before 1970 */

#define USEC_PER_SEC  ((usec_t)1000000)
#define USEC_PER_MSEC ((usec_t)1000)
#define USEC_PER_DAY  ((usec_t)86400 * USEC_PER_SEC)
#define USEC_INFINITY INT64_MAX /* "never ends", "never due" */
#define SEC_PER_DAY   ((int64_t)86400)

typedef struct CivilTime {
        int year;   /* 1 to 9999 */
        int month;  /* 1 to 12 */
        int day;    /* 1 to 31 */
        int hour;   /* 0 to 23 */
        int minute; /* 0 to 59 */
        int second; /* 0 to 59; a leap second is read as 59 */
} CivilTime;

/**
 * civil_days() - days since 1970-01-01; the month may lie outside of 1 to 12 and the day outside of its
 * month.
 */
int64_t civil_days(int year, int month, int day);

/** civil_from_days() - the date of a day count; the clock fields become 0. */
CivilTime civil_from_days(int64_t days);

/** civil_seconds() - seconds from 1970-01-01T00:00:00 of the same wall clock ("local seconds"). */
int64_t civil_seconds(const CivilTime *civil);
CivilTime civil_from_seconds(int64_t seconds);

/** civil_weekday() - 0 for Sunday to 6 for Saturday. */
int civil_weekday(int64_t days);

/**
 * time_read_digits() - a number of exactly @n decimal digits; strtol() and sscanf() also take signs and
 * blanks
 * @text: moved behind the digits, when they are there
 * Return: 0, -EINVAL.
 */
int time_read_digits(const char **text, int n, int *ret);

/**
 * time_write_digits() - the last @n decimal digits of @value, which is not negative, without a NUL
 * Return: the place behind them.
 */
char *time_write_digits(char *at, int n, int value);

bool civil_valid(const CivilTime *civil);
int civil_days_in_month(int year, int month);

/**
 * time_parse_rfc3339() - read `2021-06-23T08:59:30+03:00` or `...Z` (RFC 3339, 5.6; the zone is required)
 * @ret: microseconds since the epoch
 * Return: 0, or -EINVAL.
 */
int time_parse_rfc3339(const char *text, usec_t *ret);

/**
 * time_format_utc() - the iCalendar form `20210623T055930Z` (RFC 5545, 3.3.5, form 2); seconds are cut, not
 * rounded
 * @ret: 17 bytes
 */
void time_format_utc(usec_t time, char ret[static 17]);

/** time_format_rfc3339() - `2021-06-23T05:59:30Z`; @ret has 21 bytes. */
void time_format_rfc3339(usec_t time, char ret[static 21]);

/** A duration as RFC 5545, 3.3.6 and RFC 3339 appendix A give it: days are nominal, the rest exact. */
typedef struct Duration {
        bool negative;
        int years, months; /* only where duration_parse() allows them */
        int64_t days;      /* weeks are 7 of them */
        int64_t seconds;   /* hours, minutes and seconds */
} Duration;

/**
 * duration_parse() - read `P20Y`, `-P7D`, `PT1H30M`, `P2W`
 * @allow_years: years and months too (ISO 8601), which RFC 5545 has not
 * Return: 0, or -EINVAL for anything else, the empty `P` and what overflows among it.
 */
int duration_parse(const char *text, bool allow_years, Duration *ret);

/**
 * duration_seconds() - the length in seconds when a year is 365 days, a month 30 and a day 24 hours;
 * signed.
 */
int64_t duration_seconds(const Duration *duration);

/**
 * duration_shift_days() - a day count moved by years, months and days of @duration (its clock part is left
 * out).
 */
int64_t duration_shift_days(int64_t days, const Duration *duration);
