#pragma once

/*
 * Dates as press texts write them: days, intervals, lists of days, months, parts of months and years,
 * weekdays, and words that count from the day of the text ("завтра"). A date may lack its year.
 */

#include "draft/token.h"

/** A day of which parts may be unknown: 0. */
typedef struct DraftDay {
        int year, month, day;
} DraftDay;

typedef enum DateForm {
        DATE_DAYS,     /* a day or an interval of days; the year may lack */
        DATE_WINDOW,   /* a month or another period; start and end are its first and last day */
        DATE_YEAR,     /* a year alone */
        DATE_WEEKDAY,  /* a weekday alone; needs the day of the text */
        DATE_RELATIVE, /* `relative` days from the day of the text */
        DATE_WEEK,     /* a week: `relative` weeks from that of the day of the text */
} DateForm;

typedef struct DateMention {
        size_t first, end; /* tokens; the end is exclusive */
        DateForm form;
        DraftDay from, to; /* inclusive; equal for one day */
        int weekday;       /* of the first day: 0 for Sunday; -1 for none */
        int n_weekdays;    /* of DATE_WEEKDAY: days from the first to the last, less one */
        int relative;      /* days, or weeks */
        bool has_relative; /* a date and a word: "завтра, 25 июня" */
        bool is_open;      /* only the beginning is known: "с 5 июня" */
        bool is_until;     /* only the end: "до 5 июня" */
        int year_shift;    /* "прошлого года": -1; "текущего": 0 */
        bool has_year_shift;
} DateMention;

/**
 * date_read() - read the longest date that begins at a token
 * @ret: set on success
 * Return: whether there is one.
 */
bool date_read(const TokenText *text, size_t at, DateMention *ret);

/**
 * date_read_last_day() - read "до 17-го" after a date of the same sentence, whose month it shares
 * @before: the date before; NULL for none
 * Return: whether there is one; @ret is set then.
 */
bool date_read_last_day(const TokenText *text, size_t at, const DateMention *before, DateMention *ret);

/** date_days() - the day count of a whole date, as civil_days() */
int64_t date_days(const DraftDay *day);

/** date_is_year() - whether a token, which may be outside of the text, is a number that may be a year */
bool date_is_year(const TokenText *text, size_t at);

/** date_is_whole() - whether year, month and day are known */
bool date_is_whole(const DraftDay *day);

/** date_from_days() - the date of a day count */
DraftDay date_from_days(int64_t days);

/**
 * date_resolve() - complete a date by the day of the text
 * @written: the day of the text; a zero year if it is unknown
 * @tense:   Tense: whether the event is over
 * @ret:     set if the result is true: the date with what could be completed
 *
 * A date without a year becomes the last such day before a report, or the next one after an announcement. A
 * weekday is the last or the next one in the same way.
 *
 * Return: whether anything was completed.
 */
bool date_resolve(const DateMention *mention, const DraftDay *written, int tense, DateMention *ret);
