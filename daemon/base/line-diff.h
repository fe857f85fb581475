#pragma once

/*
 * Compares two iCalendar objects or vCards by their content lines (RFC 5545, 3.1; RFC 6350, 3.3). Folds and
 * the order of the lines of a component make no difference.
 */

#include "base/cleanup.h"

#include <stddef.h>

typedef struct LineDifference {
        char sign;             /* '-' only in the old text, '+' only in the new one */
        const char *component; /* "VEVENT", "VEVENT/VALARM", "VCARD"; a line of the second of two that have
                                * the same name: "VEVENT 2" */
        const char *line;      /* unfolded, without its end */
} LineDifference;

/**
 * line_diff() - call @on_line for each line that only one of the texts has, by component, then by line, so
 * that both values of a property follow each other
 *
 * Takes time in proportion to n log n for n lines.
 * Return: 0, the nonzero result of @on_line, negative errno.
 */
int line_diff(const char *old, size_t old_len, const char *new, size_t new_len,
                int (*on_line)(const LineDifference *difference, void *userdata), void *userdata);
