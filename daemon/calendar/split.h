#pragma once

/*
 * A VCALENDAR file split into its objects: one text for each UID, made of the components' own bytes, with
 * the file's VERSION and PRODID and the VTIMEZONEs that the object names. An error in one component does
 * not affect the others.
 */

#include "base/input-error.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct CalendarPart {
        const char *uid; /* NULL when it has none */
        bool is_cancel;  /* its VCALENDAR has METHOD:CANCEL (RFC 5546, 3.2.5) */
        const char *text;
        size_t len;
        size_t line;         /* of its first BEGIN in the file, from 1 */
        const size_t *lines; /* the file's line of each of `text`'s n_lines lines; 0 for an added one */
        size_t n_lines;
} CalendarPart;

/**
 * calendar_split() - call @on_part for each object, in the order of the first components, and @on_error
 * for each error
 *
 * Errors are text outside of components, an unclosed component, a broken line. All arguments are borrowed
 * for the call.
 * @on_part, @on_error: a negative errno stops the work and is returned
 *
 * Return: 0 or negative errno.
 */
int calendar_split(const char *text, size_t len, int (*on_part)(const CalendarPart *part, void *userdata),
                int (*on_error)(const InputError *error, void *userdata), void *userdata);

/**
 * calendar_split_lenient() - as calendar_split(), but a line that is bad by itself stays in its component,
 * for calendar/repair to mend or leave out; one outside of all components is left out
 * @on_warning: for each line that is left out here; as @on_error
 */
int calendar_split_lenient(const char *text, size_t len,
                int (*on_part)(const CalendarPart *part, void *userdata),
                int (*on_error)(const InputError *error, void *userdata),
                int (*on_warning)(const InputError *error, void *userdata), void *userdata);

/**
 * calendar_part_line() - the file's line of a line in the part's text; for an added line that of the
 * nearest line above.
 */
size_t calendar_part_line(const CalendarPart *part, size_t line);
