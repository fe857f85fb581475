#pragma once

/*
 * Repairs an imported object that event_parse() refuses, line by line. Known errors of other programs are
 * corrected to what the programs mean. An unreadable line is omitted, unless it determines which event
 * this is or when it takes place: then the line stays, and event_parse() refuses the result. All other lines
 * stay byte for byte. Each change is reported.
 */

#include "base/buffer.h"
#include "calendar/event.h"

typedef struct RepairSource {
        ZoneTable *zones;     /* borrowed */
        const Zone *fallback; /* a UTC time that stands for a date is midnight here; NULL for UTC */
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
