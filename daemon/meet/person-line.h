#pragma once

/* Inside the meet module: the ORGANIZER and ATTENDEE lines of bookings and invitations. Pure. */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * The parameters and the value of a line, to begin as PERSON_LINE_INIT. The caller must call
 * person_line_done().
 */
typedef struct PersonLine {
        Buffer params, value;
} PersonLine;

enum { PERSON_LINE_BYTES = 64 * 1024 };

#define PERSON_LINE_INIT                                                                                    \
        {                                                                                                   \
                BUFFER_INIT(PERSON_LINE_BYTES), BUFFER_INIT(PERSON_LINE_BYTES)                              \
        }

void person_line_done(PersonLine *line);

/** person_line_error() - return the error of the buffers; 0 for none */
int person_line_error(const PersonLine *line);

void person_line_write_organizer(const char *address, const char *name, PersonLine *line);

/**
 * person_line_address() - copy the first address of a list of `mailto:` URIs
 * @uris: separated by commas; may be NULL
 * @ret:  "" if @uris is NULL or does not begin with a `mailto:` URI; a longer address is cut
 */
void person_line_address(const char *uris, char *ret, size_t size);

/**
 * An attendee to write; borrowed. All texts but `address` and `partstat` may be NULL: then they are not
 * written.
 */
typedef struct PersonAttendee {
        const char *address, *name, *partstat;
        const char *delegated_to, *delegated_from; /* addresses */
        const char *reply;                         /* X-CONVENED-REPLY, see meet/booking-people.h */
} PersonAttendee;

void person_line_write_attendee(const PersonAttendee *attendee, PersonLine *line);
