#pragma once

/*
 * Reads dates as people write them: "10.03.2027", "10.3.2027 9:30", "tomorrow", "завтра 10:00". The words
 * are ICU's for the days around today, in each language of the program.
 */

#include "base/time.h"

#include <stdbool.h>

/**
 * date_words_read() - read a date, and the time after it
 * @today: the day to which words refer
 * @ret:   its hour, minute and second are 0 without a time
 *
 * Return: 0, -EINVAL if the text is no such date, other negative errno.
 */
int date_words_read(const char *text, const CivilTime *today, CivilTime *ret, bool *ret_has_time);
