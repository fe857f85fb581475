#pragma once

/*
 * Inside the meet module: a set of intervals of time that counts how many of them overlap a given interval.
 */

#include "base/time.h"

#include <stddef.h>

typedef struct Taken {
        usec_t *starts, *ends; /* of all intervals; taken_sort() sorts the two arrays independently */
        size_t n;
} Taken;

void taken_done(Taken *taken);

/** taken_add() - add the interval [start, end), which must not be empty. Return: 0, -ENOMEM. */
int taken_add(Taken *taken, usec_t start, usec_t end);

void taken_sort(Taken *taken);

/**
 * taken_overlaps() - count the intervals that overlap [start, end): the number that begin before @end minus
 * the number that end at or before @start, by two binary searches
 */
size_t taken_overlaps(const Taken *taken, usec_t start, usec_t end);
