#pragma once

/*
 * Whether threads get on with their work: each has a place here while it works and shows a sign of life at its beginning, and in between
 * where the work is long; a watcher asks for the oldest sign. Any thread may call any of this; nothing waits.
 */

#include "base/time.h"

enum { PROGRESS_PLACES = 128, PROGRESS_NO_PLACE = -1 };

typedef struct Progress {
        _Atomic usec_t signs[PROGRESS_PLACES]; /* monotonic; 0 for a place that is free */
} Progress;

/**
 * progress_enter() - work begins
 * @now: microseconds of the monotonic clock, not 0
 * Return: the place, for the two calls below; PROGRESS_NO_PLACE when more than these are at work: those are not watched.
 */
int progress_enter(Progress *progress, usec_t now);

/** progress_show() - the work goes on; progress_leave() - it is done. */
void progress_show(Progress *progress, int place, usec_t now);
void progress_leave(Progress *progress, int place);

/** progress_oldest() - the oldest sign of those at work; USEC_INFINITY when nobody is. */
usec_t progress_oldest(const Progress *progress);
