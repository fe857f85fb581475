#pragma once

/* Inside the meet module: intervals of time, asked for the number of them that a time overlaps. */

#include "base/time.h"

#include <stddef.h>

typedef struct Taken {
        usec_t *starts, *ends; /* each sorted by itself after taken_sort() */
        size_t n, allocated;
} Taken;

void taken_done(Taken *taken);

/** taken_add() - add [start, end), which is not empty. Return: 0, -ENOMEM. */
int taken_add(Taken *taken, usec_t start, usec_t end);

void taken_sort(Taken *taken);

/**
 * taken_overlaps() - count the intervals that overlap [start, end): those that have begun before @end, less
 * those that have ended by @start. Two binary searches.
 */
size_t taken_overlaps(const Taken *taken, usec_t start, usec_t end);
