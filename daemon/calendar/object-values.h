#pragma once

/*
 * Whether the times of an object are valid iCalendar (RFC 4791, 5.3.2.1: valid-calendar-data). Programs
 * cannot show an event without a readable start, and some give up a whole calendar that has one.
 */

#include "base/conditions.h"
#include "base/input-error.h"

#include <stddef.h>

enum { OBJECT_VALUES_E_INVALID = CONDITIONS_CALENDAR + 63 };

/**
 * object_values_check() - check the times of each VEVENT, VTODO and VJOURNAL (RFC 5545, 3.6.1 to 3.6.3)
 * @text: an object that object_tree_new() reads; borrowed
 *
 * A date without VALUE=DATE is taken, because many programs write it. A TZID is not looked up.
 * Return: 0, OBJECT_VALUES_E_INVALID, -ENOMEM.
 */
int object_values_check(const char *text, size_t len, InputError *ret_error);
