#pragma once

/* Inside the calendar module: an instance that METHOD:CANCEL cancels (RFC 5546, 3.2.5). */

#include "calendar/component.h"

/**
 * merge_write_cancelled() - append a line of the VEVENT of a cancelled instance, and what belongs beside it
 * @given:  the VEVENT of the message
 * @source: describes the kept instance: Instance.source; NULL if nothing does
 * @zone:   of dates and floating times
 * @line:   each line of the VEVENT, from BEGIN to END
 *
 * The message may lack all but the UID, RECURRENCE-ID, DTSTAMP and SEQUENCE. Properties that it lacks are
 * copied from @source, so that programs still show what was cancelled. The same applies to the time if it
 * says no other start than its RECURRENCE-ID, and no end.
 */
void merge_write_cancelled(const Component *given, const Component *source, const Zone *zone,
                const ContentLine *line, Buffer *out);
