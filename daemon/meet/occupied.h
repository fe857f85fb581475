#pragma once

/*
 * Inside the meet module: the times that are taken for one offer, sorted so that a possible slot is compared
 * with them quickly. meet/slot.h has the rules.
 */

#include "calendar/offer.h"
#include "meet/busy.h"
#include "meet/taken.h"

/* A meeting of the offer, if that has several seats, which other parties can join. */
typedef struct Joinable {
        usec_t start, end;
        size_t place;         /* index in the offer's places */
        int parties;          /* the number of seats that are taken */
        usec_t before, after; /* the greatest buffers of the parties */
} Joinable;

/* A day of the offer's zone, and the number of the host's meetings that start on it. */
typedef struct DayCount {
        int64_t day; /* days since the epoch */
        int n;
} DayCount;

typedef struct Occupied {
        const Offer *offer;
        Taken host;           /* meetings and events of the host that nobody can join, with buffers */
        Taken joinable_times; /* the meetings in `joinable`, with buffers */
        Joinable *joinable;   /* by start, end, place */
        size_t n_joinable;
        Taken *places;  /* [place of the offer]: other hosts' meetings there */
        DayCount *days; /* in order of day; NULL if the offer has no daily maximum */
        size_t n_days;
} Occupied;

/**
 * occupied_init() - sort the busy times for an offer
 * @offer: borrowed until occupied_done()
 * @busy:  sorted by busy_sort()
 * Return: 0, -ENOMEM. In every case the caller must call occupied_done().
 */
int occupied_init(const Offer *offer, const Busy *busy, size_t n_busy, Occupied *ret);
void occupied_done(Occupied *occupied);

/**
 * occupied_seats_left() - count the free seats of a meeting at a time and place
 * Return: the number; 0 if the meeting would overlap a taken time or has no free seat.
 */
int occupied_seats_left(const Occupied *occupied, usec_t start, usec_t end, size_t place);

/** occupied_day_is_full() - whether the host has the daily maximum of meetings on the day of @start. */
bool occupied_day_is_full(const Occupied *occupied, usec_t start);
