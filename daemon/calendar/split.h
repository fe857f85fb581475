#pragma once

/*
 * Splits a VCALENDAR file into its objects. For each UID and METHOD it makes one text of the components' own
 * bytes, the file's VERSION and PRODID, and the VTIMEZONEs that the object names. An error in one component
 * does not affect the others.
 */

#include "base/input-error.h"

#include <stdbool.h>
#include <stddef.h>

/** The METHOD of a VCALENDAR (RFC 5546, 1.4), as far as it changes what is done with its events. */
typedef enum CalendarMethod {
        CALENDAR_PUBLISHES, /* PUBLISH, REQUEST, another one or none */
        CALENDAR_CANCELS,
        CALENDAR_ADDS,    /* an instance to a series */
        CALENDAR_ANSWERS, /* REPLY, COUNTER, DECLINECOUNTER, REFRESH: not a version of the event */
} CalendarMethod;

typedef struct CalendarPart {
        const char *uid; /* NULL if the component has none */
        CalendarMethod method;
        const char *text;
        size_t len;
        size_t line;         /* line number of its first BEGIN in the file, counted from 1 */
        const size_t *lines; /* for each of the n_lines lines of `text`, its line in the file; 0 if added */
        size_t n_lines;
} CalendarPart;

/**
 * calendar_split() - call @on_part for each object, in the order of their first components, and @on_error
 * for each error: text outside components, an unclosed component, a broken line
 * @on_part, @on_error: their arguments are borrowed for the call; a negative errno ends the work and is
 *                      returned
 *
 * Return: 0 or negative errno.
 */
int calendar_split(const char *text, size_t len, int (*on_part)(const CalendarPart *part, void *userdata),
                int (*on_error)(const InputError *error, void *userdata), void *userdata);

/**
 * calendar_split_lenient() - as calendar_split(), but keep a broken line in its component, so that
 * calendar/repair can correct or omit it. A broken line outside all components is omitted.
 * @on_warning: called for each line that is omitted; a negative errno ends the work, as for @on_error
 */
int calendar_split_lenient(const char *text, size_t len,
                int (*on_part)(const CalendarPart *part, void *userdata),
                int (*on_error)(const InputError *error, void *userdata),
                int (*on_warning)(const InputError *error, void *userdata), void *userdata);

/**
 * calendar_part_line() - return the number that a line of the part has in the file. For a line that was
 * added, return that of the nearest line above.
 */
size_t calendar_part_line(const CalendarPart *part, size_t line);
