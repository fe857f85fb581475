#pragma once

/*
 * Inside meet/match.c: a timetable that is being changed. For each person and slot, and each place and slot,
 * it holds the sum of the weights of the meetings that are in the way, so that the cost of a change need
 * not be searched for.
 */

#include "meet/match-problem.h"

/* The weight of what cannot be removed; the sum of three is still an int. */
enum { MATCH_FIXED = 1 << 28 };

typedef struct MatchState {
        const MatchProblem *problem;
        MatchMeeting *meetings;     /* of each wish */
        int *person_load;           /* [person][slot] */
        int *place_load;            /* [slot][place] */
        int *near_first, *near_end; /* of each slot: the slots that may be too near */
        int *host_first;            /* [person]: the first opening; the next person's first is its end */
        int *person_first;          /* [person]: the first of person_wishes */
        int *person_wishes;
        int *limit_left;
        int64_t total; /* sum of the weights of the granted wishes */
} MatchState;

/** match_state_init() - make an empty timetable. In every case the caller must call match_state_done(). */
int match_state_init(const MatchProblem *problem, MatchState *ret);
void match_state_done(MatchState *state);

/** match_state_person_load() - return the weight that a meeting in a slot would remove from a person */
int match_state_person_load(const MatchState *state, int person, int slot);

/**
 * match_state_place() - find the place of an opening that costs least
 * @ret: -1 for an opening without places
 * Return: the weight that a meeting there would remove
 */
int match_state_place(const MatchState *state, const MatchOpening *opening, int *ret);

/** match_state_limit_load() - return the weight that a meeting at an opening would remove from its limit */
int match_state_limit_load(const MatchState *state, const MatchOpening *opening);

/**
 * match_state_set() - give a wish a meeting, and remove those that are in its way
 * @on_removed: called for the wish of each removed meeting
 */
void match_state_set(MatchState *state, int wish, MatchMeeting meeting,
                void (*on_removed)(int wish, void *userdata), void *userdata);
