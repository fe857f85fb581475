#pragma once

/*
 * Reads typed values of iCalendar (RFC 5545, 3.3) by libical. Each text is checked against the RFC's grammar
 * first, because libical 3.0.16 is lenient: it reads `P` and `PT5S1H` as durations, `+3` as an offset of
 * three minutes, `1;` as a position. Dates and times are in calendar/when, recurrence rules in
 * calendar/rule. libical's zones are not used.
 */

#include "base/time.h"

/**
 * value_parse_duration() - read `-P1DT2H30M`, `P2W` (3.3.6), and also weeks together with days, which the
 * RFC forbids but some programs write. Return: 0, -EINVAL.
 */
int value_parse_duration(const char *text, Duration *ret);

/**
 * value_parse_utc_offset() - read `+0300`, `-023017` (3.3.14) as seconds east of UTC. Return: 0, -EINVAL.
 */
int value_parse_utc_offset(const char *text, int *ret);

/**
 * value_parse_geo() - read `55.7558;37.6177` (3.8.1.6) in degrees; the range is not checked. Return: 0,
 * -EINVAL.
 */
int value_parse_geo(const char *text, double *ret_latitude, double *ret_longitude);

/**
 * value_parse_period() - read `START/END` or `START/DURATION`, in UTC, as FREEBUSY has them (3.3.9 and
 * 3.8.2.6). Return: 0, -EINVAL. The end is not compared with the start.
 * @ret_start, @ret_end: microseconds since the epoch
 */
int value_parse_period(const char *text, size_t len, usec_t *ret_start, usec_t *ret_end);
