#pragma once

/*
 * Reads one date or time that a person has written for a command, in either language: "10.3.27", "10 марта",
 * "March 10, 2027 10am", "в пятницу в 10:00", "in two weeks". The whole text must be read, unlike in a press
 * text. What people understand differently is not guessed but told.
 */

#include "base/time.h"

#include <stdbool.h>

typedef enum WrittenFault {
        WRITTEN_CLEAR,
        WRITTEN_NONE,    /* no date or time */
        WRITTEN_EITHER,  /* may be `civil` or `other`: "10/03/2027", "next Friday" on a Monday */
        WRITTEN_HOUR,    /* before or after noon: "at 10" */
        WRITTEN_NUMBERS, /* a day or a time, "10.03", or which is the year, "10/11/12" */
        WRITTEN_WEEKDAY, /* the day `civil` is on another weekday */
} WrittenFault;

typedef struct WrittenDate {
        WrittenFault fault;
        CivilTime civil, other; /* the clock of `other` is not set */
        bool has_day, has_time; /* if false, the fields of it are 0 */
} WrittenDate;

/**
 * written_date_read() - read the text
 * @today: the day from which "tomorrow", weekdays and days without a year are counted; such a day is the
 *         next one, or today
 * @ret:   set if the result is 0
 *
 * Return: 0 or -ENOMEM.
 */
int written_date_read(const char *text, const CivilTime *today, WrittenDate *ret);
