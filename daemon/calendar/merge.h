#pragma once

/*
 * What a message of another calendar program changes in a kept object (RFC 5546): instances that are
 * changed, added or cancelled, or the whole event cancelled. Kept lines that are not concerned stay byte
 * for byte.
 */

#include "base/buffer.h"
#include "calendar/event.h"

/**
 * event_merge() - append a copy of @kept in which the changed instances of @given, which has no master, are
 * the newest (RFC 5546, 3.2.2)
 * @cancel: they are cancelled (RFC 5546, 3.2.5)
 *
 * Return: 0, EVENT_E_STALE when each is older than the one that is kept, negative errno.
 */
int event_merge(const Event *kept, const Event *given, bool cancel, Buffer *out);

/**
 * event_cancel() - append a copy of @kept with STATUS:CANCELLED and at least the SEQUENCE of @given
 * @now: of the stamps
 *
 * Return: 0, EVENT_E_STALE when @given is older, negative errno.
 */
int event_cancel(const Event *kept, const Event *given, usec_t now, Buffer *out);
