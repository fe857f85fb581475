#pragma once

/*
 * Signs of life of threads: each has a place here while it is at work, and shows a sign at the beginning
 * and during long work; a watcher reads the oldest sign. Any thread may call any of this; nothing waits.
 */

#include "base/time.h"

enum { PROGRESS_PLACES = 128, PROGRESS_NO_PLACE = -1 };

typedef struct Progress {
        _Atomic usec_t signs[PROGRESS_PLACES]; /* monotonic; 0 for a place that is free */
} Progress;

/**
 * progress_enter() - work begins
 * @now: microseconds of the monotonic clock, not 0
 * Return: the place, for the two calls below; PROGRESS_NO_PLACE when all are taken: that thread is not
 * watched.
 */
int progress_enter(Progress *progress, usec_t now);

/** progress_show() - the work goes on; progress_leave() - it is done. */
void progress_show(Progress *progress, int place, usec_t now);
void progress_leave(Progress *progress, int place);

/** progress_oldest() - the oldest sign of the threads at work; USEC_INFINITY when none is. */
usec_t progress_oldest(const Progress *progress);
