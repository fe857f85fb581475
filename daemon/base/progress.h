#pragma once

/*
 * Heartbeats of working threads. A thread takes a slot when it starts work, updates the slot's time during
 * long work, and frees the slot at the end; a watcher reads the oldest time. Any thread may call any of
 * these functions; none of them waits.
 */

#include "base/time.h"

enum { PROGRESS_PLACES = 128, PROGRESS_NO_PLACE = -1 };

typedef struct Progress {
        _Atomic usec_t signs[PROGRESS_PLACES]; /* monotonic; 0 for a free slot */
} Progress;

/**
 * progress_enter() - take a slot at the start of work
 * @now: microseconds of the monotonic clock, not 0
 *
 * Return: the slot, for the two functions below; PROGRESS_NO_PLACE if all slots are taken. In that case the
 * thread is not watched.
 */
int progress_enter(Progress *progress, usec_t now);

/** progress_show() - update the slot's time during long work. */
void progress_show(Progress *progress, int place, usec_t now);

/** progress_leave() - free the slot. */
void progress_leave(Progress *progress, int place);

/** progress_oldest() - get the oldest heartbeat of the working threads; USEC_INFINITY when none works. */
usec_t progress_oldest(const Progress *progress);
