#pragma once

/*
 * Time as plain numbers: microseconds since the epoch (UTC, no leap seconds), civil dates of the proleptic
 * Gregorian calendar, and their text forms. There are no clocks and no zones in this module: `base/clock`
 * reads the time, `calendar/zone` has the zones.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t usec_t; /* microseconds: a span, or a time since the epoch (negative before 1970) */

#define USEC_PER_SEC  ((usec_t)1000000)
#define USEC_PER_MSEC ((usec_t)1000)
#define USEC_PER_DAY  ((usec_t)86400 * USEC_PER_SEC)

/* The beginning and the exclusive end of the quarter of an hour that contains a time after the epoch. */
#define USEC_PER_QUARTER    ((usec_t)15 * 60 * USEC_PER_SEC)
#define QUARTER_BEGIN(time) ((time) - (time) % USEC_PER_QUARTER)
#define QUARTER_END(time)   (QUARTER_BEGIN(time) + USEC_PER_QUARTER)
#define USEC_INFINITY       INT64_MAX /* "never ends", "never due" */
#define SEC_PER_DAY         ((int64_t)86400)

typedef struct CivilTime {
        int year;   /* 1 to 9999 */
        int month;  /* 1 to 12 */
        int day;    /* 1 to 31 */
        int hour;   /* 0 to 23 */
        int minute; /* 0 to 59 */
        int second; /* 0 to 59; a leap second is read as 59 */
} CivilTime;

/**
 * civil_days() - count the days from 1970-01-01 to a date; the month may be outside 1 to 12, and the day
 * outside its month.
 */
int64_t civil_days(int year, int month, int day);

/** civil_from_days() - get the date of a day count; the clock fields become 0. */
CivilTime civil_from_days(int64_t days);

/** civil_seconds() - count the seconds from 1970-01-01T00:00:00 of the same wall clock ("local seconds"). */
int64_t civil_seconds(const CivilTime *civil);
CivilTime civil_from_seconds(int64_t seconds);

/** civil_weekday() - get the weekday of a day count: 0 for Sunday to 6 for Saturday. */
int civil_weekday(int64_t days);

/**
 * time_read_digits() - read a number of exactly @n decimal digits (strtol() and sscanf() also take signs and
 * blanks)
 * @text: moved to the end of the digits on success
 * Return: 0, -EINVAL.
 */
int time_read_digits(const char **text, int n, int *ret);

/**
 * time_write_digits() - write the last @n decimal digits of @value, which is not negative, without a NUL
 * Return: the end of the digits.
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
 * time_format_utc() - write the iCalendar form `20210623T055930Z` (RFC 5545, 3.3.5, form 2); seconds are
 * cut, not rounded
 * @ret: 17 bytes
 */
void time_format_utc(usec_t time, char ret[static 17]);

/** time_format_rfc3339() - write `2021-06-23T05:59:30Z`; @ret has 21 bytes. */
void time_format_rfc3339(usec_t time, char ret[static 21]);

/** A duration as in RFC 5545, 3.3.6 and RFC 3339, appendix A: days are nominal, the rest exact. */
typedef struct Duration {
        bool negative;
        int years, months; /* only where duration_parse() allows them */
        int64_t days;      /* a week is 7 days */
        int64_t seconds;   /* hours, minutes and seconds */
} Duration;

/**
 * duration_parse() - read `P20Y`, `-P7D`, `PT1H30M`, `P2W`
 * @allow_years: allow years and months (ISO 8601), which RFC 5545 does not have
 * Return: 0, or -EINVAL for any other text, the empty `P` and values that overflow.
 */
int duration_parse(const char *text, bool allow_years, Duration *ret);

/**
 * duration_seconds() - get the signed length in seconds, with a year of 365 days, a month of 30 and a day of
 * 24 hours.
 */
int64_t duration_seconds(const Duration *duration);

/**
 * duration_shift_days() - move a day count by the years, months and days of @duration; its clock part is
 * ignored. If the month that is reached does not have the day, the month's last day is taken; then the days
 * are added.
 */
int64_t duration_shift_days(int64_t days, const Duration *duration);
