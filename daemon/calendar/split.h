#pragma once

/*
 * A VCALENDAR file cut into its objects: one text for each UID, made of the components' own bytes, with the file's VERSION and PRODID and
 * the VTIMEZONEs that the object names. What is wrong with one component never takes another along.
 */

#include "base/input-error.h"

#include <stddef.h>

typedef struct CalendarPart {
        const char *uid; /* NULL when it has none */
        const char *text;
        size_t len;
        size_t line; /* of its first BEGIN in the file, from 1 */
        const size_t *lines; /* line number in the file of each line of `text` (n_lines of them); 0 for lines that were added */
        size_t n_lines;
} CalendarPart;

/**
 * calendar_split() - call @on_part for each object, in the order of the first component of each, and @on_error for each thing that
 * cannot be part of one (text outside of components, an unclosed component, a broken line). All borrowed for the call.
 * @on_part, @on_error: a negative errno stops the work and is returned
 *
 * Return: 0 or negative errno.
 */
int calendar_split(const char *text, size_t len, int (*on_part)(const CalendarPart *part, void *userdata),
                int (*on_error)(const InputError *error, void *userdata), void *userdata);

/** calendar_part_line() - the line in the file of a line in the part's text; the nearest line above that has one. */
size_t calendar_part_line(const CalendarPart *part, size_t line);
