#pragma once

/*
 * Inside the meet module: what a meeting of one offer must keep clear of, in forms that a candidate is quickly
 * compared with. meet/slot.h has the rules.
 */

#include "calendar/offer.h"
#include "meet/busy.h"
#include "meet/taken.h"

/* A meeting of an offer with seats, and its parties. */
typedef struct Joinable {
        usec_t start, end;
        size_t place;
        int parties;
        usec_t before, after; /* the greatest buffers of them */
} Joinable;

/* A day of the host's zone, and the meetings that start on it. */
typedef struct DayCount {
        int64_t day;
        int n;
} DayCount;

typedef struct Occupied {
        const Offer *offer;
        Taken host;           /* meetings and events of the host, with buffers */
        Taken joinable_times; /* the same for the meetings in `joinable` */
        Joinable *joinable;   /* by start, end, place */
        size_t n_joinable;
        Taken *places;  /* other hosts' meetings at each of the offer's places */
        DayCount *days; /* in order; NULL without a daily maximum */
        size_t n_days;
} Occupied;

/**
 * occupied_init() - sort what is busy
 * @offer: borrowed until occupied_done()
 * @busy:  sorted by busy_sort()
 * Return: 0, -ENOMEM; occupied_done() is due in each case.
 */
int occupied_init(const Offer *offer, const Busy *busy, size_t n_busy, Occupied *ret);
void occupied_done(Occupied *occupied);

/**
 * occupied_seats_left() - count the seats that a meeting at this time and place has left
 * Return: 0 if it would overlap something, or if its seats are taken.
 */
int occupied_seats_left(const Occupied *occupied, usec_t start, usec_t end, size_t place);

/** occupied_day_is_full() - whether the host has the daily maximum of meetings on the day of @start. */
bool occupied_day_is_full(const Occupied *occupied, usec_t start);
