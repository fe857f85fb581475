#pragma once

/* Days and times of day, as the fields of a form have them (HTML, 2.3.5). */

#include "base/time.h"

/** day_text_read() - read "2027-03-10"; the clock fields become 0. Return: false if it is no such day. */
bool day_text_read(const char *text, CivilTime *ret);

/** day_text_read_clock() - read "09:30" into the clock fields. Return: false if it is no such time. */
bool day_text_read_clock(const char *text, CivilTime *ret);
