#pragma once

/* Reads dates and times of the command line. */

#include "calendar/when.h"

/**
 * input_when() - read `2026-12-01` as WHEN_DATE, or `2026-12-01T10:00[:00]` as WHEN_FLOATING; a blank may
 * replace the T. Return: 0 or -EINVAL.
 */
int input_when(const char *text, When *ret);

/**
 * input_moment() - read a time with a UTC offset (RFC 3339), or one of input_when() by the clock of @zone
 * Return: 0 or -EINVAL.
 */
int input_moment(const char *text, const Zone *zone, usec_t *ret);
