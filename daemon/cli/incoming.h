#pragma once

/*
 * Reads an event from a file and merges it with the stored event. Other programs send whole events, only the
 * changed instances, or cancellations (RFC 5546).
 */

#include "calendar/event.h"
#include "calendar/split.h"
#include "cli/command.h"

/* How parts are read. */
typedef struct Incoming {
        const Cli *cli;
        bool strict; /* refuse an object that event_parse() refuses, instead of mending it */
        /*
         * Called for each mended or omitted line, with its line in the file, but only if the event could be
         * read. A nonzero result ends the calls and is returned.
         */
        int (*on_warning)(const InputError *warning, void *userdata);
        void *userdata;
} Incoming;

/**
 * incoming_read() - read the event of a part
 *
 * Return: 0, EVENT_E_INVALID with the line in the file, negative errno, or the result of @on_warning.
 */
int incoming_read(const Incoming *incoming, const CalendarPart *part, Event **ret, InputError *ret_error);

/**
 * incoming_merge() - apply changed or added instances or a cancellation to the stored event, or put the
 * stored instances of a series into the series
 * @part:  the event's part of the file
 * @event: replaced by the merged event; unchanged if there is nothing to merge it with
 * @ret_merged: whether @event was replaced
 *
 * Return: 0, STORE_E_STALE if the stored event is newer, STORE_E_NOT_FOUND for a cancellation without
 * STATUS:CANCELLED of an event that is not stored, EVENT_E_INVALID with the part's line if the merged event
 * is refused, the stored series has none of the instances, or no event is stored for those of ADD, another
 * condition of the store, the result of on_warning(), or negative errno.
 */
int incoming_merge(const Incoming *incoming, const CalendarPart *part, Event **event, bool *ret_merged,
                InputError *ret_error);
