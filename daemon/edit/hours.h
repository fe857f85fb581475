#pragma once

/*
 * Hours in words: `Mo-Fr 10:00-13:00,14:00-18:00 @ Table 4`. The days are weekdays in any language of the
 * program (`Пн-Пт`, `Mon,Wed`), a date, or the first and last date (`2026-12-01..2026-12-03`). Without days,
 * the hours are on every day. A time that ends before it begins ends on the next day. The place is optional.
 */

#include "base/buffer.h"
#include "calendar/event.h"

enum { HOURS_SPANS_MAX = 16, HOURS_TEXT_SIZE = 512 };

/** Minutes after midnight; an end on the next day is above 1440. */
typedef struct HoursSpan {
        int start, end;
} HoursSpan;

typedef struct HoursWords {
        unsigned weekdays; /* bits: 1 << 0 is Sunday, 1 << 6 Saturday; 0: no weekday is named */
        bool has_dates;
        int64_t first, last; /* with has_dates: days since the epoch, both inclusive */
        HoursSpan spans[HOURS_SPANS_MAX];
        int n_spans;
        char place[HOURS_TEXT_SIZE]; /* "" for none */
} HoursWords;

/**
 * hours_parse() - read hours in words. Return: 0, -EINVAL if they are not understood, other negative errno.
 */
int hours_parse(const char *text, HoursWords *ret);

/**
 * hours_write() - append the AVAILABLE components of hours (RFC 7953)
 * @params: the parameters of DTSTART and DTEND: ";TZID=Europe/Moscow"
 * @first:  the first day on which recurring hours may begin, in days since the epoch
 * Return: 0 or negative errno; also the error of @out.
 */
int hours_write(const HoursWords *hours, const char *params, int64_t first, usec_t now, Buffer *out);

/**
 * hours_describe() - append one AVAILABLE component in words that hours_parse() reads. If these words cannot
 * express its RRULE, the first interval is appended, with the RRULE in parentheses.
 * @hours: the component, as event_available() returns it
 * Return: 0 or negative errno; also the error of @out.
 */
int hours_describe(const Event *hours, const char *language, Buffer *out);
