#pragma once

/* Expands the hours of an offer into intervals. */

#include "calendar/offer.h"

/** An interval in which meetings are possible. */
typedef struct Hours {
        usec_t start, end;
        int place; /* index in the offer's places; -1: at any of the first n_common places */
} Hours;

/**
 * hours_each() - call @on_hours for each interval of the offer that overlaps [from, to), until it returns
 * nonzero. The intervals of one AVAILABLE are in order of time.
 *
 * An interval ends by the wall clock of its zone: hours from 10:00 to 18:00 end at 18:00 on each day. On a
 * day with a change of the clock, the exact duration of RFC 5545, 3.8.5.3 would end them an hour earlier or
 * later.
 *
 * Return: 0, the nonzero result of @on_hours, -ENOMEM.
 */
int hours_each(const Offer *offer, usec_t from, usec_t to,
                int (*on_hours)(const Hours *hours, void *userdata), void *userdata);
