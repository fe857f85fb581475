#pragma once

/*
 * Repairs an imported object that event_parse() refuses, line by line. A change never decides when or
 * whether the event takes place. Known errors of other programs are corrected to what they mean. An
 * unreadable line that decides nothing is omitted. All other lines stay byte for byte. Each change is
 * reported. The caller passes the result to event_parse().
 */

#include "base/buffer.h"
#include "calendar/event.h"

typedef struct RepairSource {
        ZoneTable *zones;     /* borrowed */
        const Zone *fallback; /* zone of dates, for a date written as a midnight in UTC; borrowed */
        usec_t now;           /* for a missing DTSTAMP */
} RepairSource;

/**
 * calendar_repair() - append the repaired object
 * @text:       a VCALENDAR with one object, as calendar_split_lenient() returns it
 * @lines:      gets, for each line of @out, its line number in @text, as a size_t
 * @on_warning: called for each change, with the line number in @text
 *
 * Return: 0, EVENT_E_INVALID if the components are not nested correctly, negative errno, the negative
 * result of @on_warning.
 */
int calendar_repair(const RepairSource *source, const char *text, size_t len, Buffer *out, Buffer *lines,
                int (*on_warning)(const InputError *warning, void *userdata), void *userdata);
