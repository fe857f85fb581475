#pragma once

/* The problem that meet/match.h solves, and a meeting of its solution. */

#include "base/conditions.h"
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>

enum {
        MATCH_E_TOO_LARGE = CONDITIONS_MEET + 40, /* (people + places) * slots is above MATCH_CELLS_MAX */
};

enum {
        MATCH_CELLS_MAX = 32 * 1024 * 1024, /* the maximum of (people + places) * slots */
        MATCH_WEIGHT_MAX = 1000,
};

/** A time at which meetings can be. */
typedef struct MatchSlot {
        usec_t start, end;
        usec_t before, after; /* free time that each of the two people keeps before and after it */
} MatchSlot;

/** A slot at which a person receives others. */
typedef struct MatchOpening {
        int host;          /* index of the person */
        int slot;          /* index of the slot */
        int limit;         /* index of the limit that the meeting counts for first; -1: none */
        const int *places; /* indices; the meeting takes one of these places */
        int n_places;      /* 0: the meeting needs no place */
} MatchOpening;

typedef struct MatchWish {
        int people[2];
        bool may_host[2]; /* for each of the two: whether that person can be the host */
        int weight;       /* 1 to MATCH_WEIGHT_MAX */
} MatchWish;

/** A time at which a person or a place is taken already. */
typedef struct MatchTaken {
        int who; /* index of the person, or of the place */
        usec_t start, end;
        usec_t before, after;
        bool is_exact; /* the times before and after a meeting may overlap it */
} MatchTaken;

/** Everything is borrowed. */
typedef struct MatchProblem {
        int n_people, n_places;
        const MatchSlot *slots; /* in order of start */
        size_t n_slots;
        const MatchOpening *openings; /* in order of host */
        size_t n_openings;
        const MatchWish *wishes; /* each pair of people once; the search begins with the first ones */
        size_t n_wishes;
        const MatchTaken *people_taken;
        size_t n_people_taken;
        const MatchTaken *places_taken; /* without times before and after */
        size_t n_places_taken;
        const int *limits;        /* the number of meetings that each limit allows, at least 0 */
        const int *limit_parents; /* a meeting that counts for a limit counts for its parent; -1: none */
        size_t n_limits;
} MatchProblem;

/** The meeting of a wish. */
typedef struct MatchMeeting {
        int opening; /* index; -1: the wish is not granted */
        int place;   /* -1: none */
} MatchMeeting;
