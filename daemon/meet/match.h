#pragma once

/*
 * Makes a timetable of meetings for people who name whom they want to meet. Pure: no clock, no store, no
 * calendar; meet/timetable.h reads the problem from an event and its offers.
 *
 * A wish joins two people. One meeting grants it, at an opening whose host is one of the two. The rules:
 * - A person has one meeting at a time. Two meetings of a person are apart by the greater of the first
 *   one's time after and the second one's time before.
 * - A place has one meeting at a time.
 * - Nobody has a meeting at a taken time, and there is none at a place that is taken.
 * - The meetings of one limit, as a host's day, are not more than the limit.
 *
 * match_solve() looks for the timetable with the greatest sum of weights. The problem is NP-hard (it contains
 * edge colouring), so that the search ends after a given effort. It is a local search: a wish that is not
 * granted takes the opening that costs least and removes the meetings that are in its way, which then look
 * for other openings themselves. A result up to one meeting worse than the best one is accepted, and a
 * removed meeting does not return to the same time soon. The result depends on the problem only: the
 * random numbers begin with the same value each time.
 */

#include "base/conditions.h"
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>

enum {
        MATCH_E_TOO_LARGE = CONDITIONS_MEET + 40, /* more people, places and times than MATCH_CELLS_MAX */
};

enum {
        MATCH_CELLS_MAX = 32 * 1024 * 1024, /* (people + places) * slots */
        MATCH_WEIGHT_MAX = 1000,
        MATCH_EFFORT = 100 * 1000 * 1000, /* enough for thousands of wishes; well below a second */
};

/** A time at which meetings can be. */
typedef struct MatchSlot {
        usec_t start, end;
        usec_t before, after; /* free time that each of the two people keeps around the meeting */
} MatchSlot;

/** A slot at which a person receives others. */
typedef struct MatchOpening {
        int host;          /* person */
        int slot;          /* index */
        int limit;         /* index of the limit that the meeting counts for; -1: none */
        const int *places; /* one of them is used */
        int n_places;      /* 0: the meeting needs no place */
} MatchOpening;

typedef struct MatchWish {
        int people[2];
        bool may_host[2]; /* whether the openings of each of the two can be used */
        int weight;       /* 1 to MATCH_WEIGHT_MAX */
} MatchWish;

/** A time at which a person or a place is taken already. */
typedef struct MatchTaken {
        int who; /* index of the person, or of the place */
        usec_t start, end;
        usec_t before, after;
        bool is_exact; /* meetings can touch it, whatever their times before and after are */
} MatchTaken;

/** Everything is borrowed. */
typedef struct MatchProblem {
        int n_people, n_places;
        const MatchSlot *slots; /* in order of start */
        size_t n_slots;
        const MatchOpening *openings; /* in order of host */
        size_t n_openings;
        const MatchWish *wishes; /* each pair of people once, the most wanted first */
        size_t n_wishes;
        const MatchTaken *people_taken;
        size_t n_people_taken;
        const MatchTaken *places_taken; /* without times before and after */
        size_t n_places_taken;
        const int *limits; /* the number of meetings that each limit allows, at least 0 */
        size_t n_limits;
} MatchProblem;

/** The meeting of a wish. */
typedef struct MatchMeeting {
        int opening; /* index; -1: the wish is not granted */
        int place;   /* -1: none */
} MatchMeeting;

/**
 * match_solve() - find meetings
 * @effort: the number of looks at an opening or place after which the search ends
 * @ret:    n_wishes meetings; set on 0 only
 * Return: 0, MATCH_E_TOO_LARGE, -ENOMEM.
 */
int match_solve(const MatchProblem *problem, int64_t effort, MatchMeeting *ret);

/**
 * match_bound() - a sum of weights that no timetable exceeds, from the number of meetings that each person, and
 * all places together, have time for
 * Return: 0, -ENOMEM.
 */
int match_bound(const MatchProblem *problem, int64_t *ret);
