#pragma once

/*
 * Lenient at the door: an object that event_parse() refuses is mended line by line, as far as its lines do
 * not decide when or whether the event takes place. What programs are known to write against RFC 5545 is
 * written as they mean it; a line that cannot be read and decides nothing is left out; all other lines stay
 * byte for byte. Each change is told. The result is for event_parse(), which has the last word.
 */

#include "base/buffer.h"
#include "calendar/event.h"

typedef struct RepairSource {
        ZoneTable *zones;     /* borrowed */
        const Zone *fallback; /* of dates, to read a midnight in UTC; borrowed */
        usec_t now;           /* for a missing DTSTAMP */
} RepairSource;

/**
 * calendar_repair() - append the mended object
 * @text:       a VCALENDAR with one object, as calendar_split_lenient() gives it
 * @lines:      appended to: a size_t for each line of @out, its line in @text
 * @on_warning: called for each change, with the line in @text
 *
 * Return: 0, EVENT_E_INVALID when components are not nested as they must be, negative errno, also of
 * @on_warning.
 */
int calendar_repair(const RepairSource *source, const char *text, size_t len, Buffer *out, Buffer *lines,
                int (*on_warning)(const InputError *warning, void *userdata), void *userdata);
