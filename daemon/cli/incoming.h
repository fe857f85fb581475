#pragma once

/*
 * An event that a file brings: what is read of it, and what it makes of the event that is kept. Other
 * programs send whole events, changed instances only, and cancellations (RFC 5546).
 */

#include "calendar/event.h"
#include "calendar/split.h"
#include "cli/command.h"

/**
 * incoming_read() - the event of a part
 * @strict:     event_parse() alone decides; else an object that it refuses is mended (calendar/repair)
 * @on_warning: for each line that was mended or left out, with its line in the file; only when the event is
 *              read
 *
 * Return: 0, EVENT_E_INVALID with the line in the file, negative errno, also of @on_warning.
 */
int incoming_read(const Cli *cli, const CalendarPart *part, bool strict,
                int (*on_warning)(const InputError *warning, void *userdata), void *userdata, Event **ret,
                InputError *ret_error);

/**
 * incoming_merge() - what the kept event becomes by changed instances or a cancellation
 * @event: replaced by the merged one; as it was when there is nothing to merge it with
 * @ret_merged: whether it was
 *
 * Return: 0, STORE_E_STALE when it is older than what is kept, STORE_E_NOT_FOUND when it cancels what is
 * not kept, EVENT_E_INVALID, others as the store's.
 */
int incoming_merge(const Cli *cli, bool is_cancel, Event **event, bool *ret_merged, InputError *ret_error);
