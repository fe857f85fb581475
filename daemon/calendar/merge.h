#pragma once

/*
 * Applies a message of another calendar program to a kept object (RFC 5546): instances are changed, added or
 * cancelled, or the whole event is cancelled. Other kept lines stay byte for byte.
 */

#include "base/buffer.h"
#include "calendar/event.h"

/** How instances are merged. */
typedef struct EventMerge {
        /*
         * Mark the instances as cancelled (RFC 5546, 3.2.5). What the message does not say of them is copied
         * from the kept series. RANGE=THISANDFUTURE also cancels the later overrides.
         */
        bool cancel;
        const Zone *zone; /* of dates and floating times, if the event names none; NULL for UTC */
        /*
         * Called for each instance that the kept series does not have, which is left out; a nonzero result
         * ends the calls and is returned. NULL to add such instances, too.
         */
        int (*on_missing)(const InputError *warning, void *userdata);
        void *userdata;
} EventMerge;

/**
 * event_merge() - append a copy of @kept in which the instances of @given replace older versions (RFC 5546,
 * 3.2.2)
 * @given:  has only changed instances and no master
 *
 * Return: 0, EVENT_E_STALE if every instance is older than the kept version or missing, EVENT_E_INVALID if
 * each is missing, the result of on_missing(), negative errno.
 */
int event_merge(const Event *kept, const Event *given, const EventMerge *how, Buffer *out);

/**
 * event_cancel() - append a copy of @kept with STATUS:CANCELLED and at least the SEQUENCE and DTSTAMP of
 * @given. If @kept has only changed instances and no master, each of them is cancelled and gets the DTSTAMP
 * of @given.
 * @now: for LAST-MODIFIED of a master, as in edit_event()
 *
 * Return: 0, EVENT_E_STALE if @given is older, negative errno.
 */
int event_cancel(const Event *kept, const Event *given, usec_t now, Buffer *out);
