#pragma once

/* The hours of an offer as intervals. */

#include "calendar/offer.h"

/** An interval in which meetings are possible. */
typedef struct Hours {
        usec_t start, end;
        int place; /* index in the offer's places; -1: each of the first n_common */
} Hours;

/**
 * hours_each() - call @on_hours for each interval of the offer that meets [from, to); those of one AVAILABLE
 * are in order
 *
 * An interval ends where the wall clock of its zone says: hours from 10:00 to 18:00 end at 18:00 also on a
 * day with a change of the clock, where RFC 5545, 3.8.5.3 would make them an hour longer or shorter.
 * Return: 0, the nonzero result of @on_hours, -ENOMEM.
 */
int hours_each(const Offer *offer, usec_t from, usec_t to,
                int (*on_hours)(const Hours *hours, void *userdata), void *userdata);
