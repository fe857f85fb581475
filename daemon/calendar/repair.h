#pragma once

/*
 * Repairs an imported object that event_parse() refuses, line by line, as long as the change does not decide
 * when or whether the event takes place. Known errors of other programs are corrected to what they mean; an
 * unreadable line that decides nothing is omitted; all other lines stay byte for byte. Each change is
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
 * @lines:      gets a size_t for each line of @out: its line in @text
 * @on_warning: called for each change, with the line in @text
 *
 * Return: 0, EVENT_E_INVALID if the components are not nested correctly, negative errno, also of
 * @on_warning.
 */
int calendar_repair(const RepairSource *source, const char *text, size_t len, Buffer *out, Buffer *lines,
                int (*on_warning)(const InputError *warning, void *userdata), void *userdata);
