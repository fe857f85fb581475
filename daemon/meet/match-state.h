#pragma once

/*
 * Inside meet/match*.c: a timetable that is being changed. For each person and slot, and for each place and
 * slot, it holds the load: the sum of the weights of the meetings that a meeting there would remove. The
 * cost of a change is read from the loads, without a search.
 */

#include "meet/match-problem.h"

/* The load of a time that is taken and cannot be freed; the sum of three such loads is still an int. */
enum { MATCH_FIXED = 1 << 28 };

typedef struct MatchState {
        const MatchProblem *problem;
        MatchMeeting *meetings;     /* [wish] */
        int *person_load;           /* [person][slot] */
        int *place_load;            /* [slot][place] */
        int *near_first, *near_end; /* [slot]: the range of slots that may be too near to it */
        int *host_first;            /* [person]: index of the first opening; the next person's is the end */
        int *person_first;          /* [person]: index in person_wishes; the next person's is the end */
        int *person_wishes;         /* the wishes of each person, one person after the other */
        int *limit_left;            /* [limit]: how many more meetings it allows */
        int64_t total;              /* sum of the weights of the granted wishes */
} MatchState;

/**
 * match_state_init() - make a timetable without meetings
 * Return: 0, MATCH_E_TOO_LARGE, -ENOMEM. In every case the caller must call match_state_done().
 */
int match_state_init(const MatchProblem *problem, MatchState *ret);
void match_state_done(MatchState *state);

/**
 * match_state_person_load() - return the load of a person in a slot; MATCH_FIXED and more: the time is taken
 */
int match_state_person_load(const MatchState *state, int person, int slot);

/**
 * match_state_place() - find the place of an opening with the least load
 * @ret: -1 for an opening without places
 * Return: the load; MATCH_FIXED and more: all places are taken
 */
int match_state_place(const MatchState *state, const MatchOpening *opening, int *ret);

/**
 * match_state_limit_load() - return the weight of the meeting that must be removed because a meeting at an
 * opening would exceed its limit; 0 for none; MATCH_FIXED if the limit allows no meeting
 */
int match_state_limit_load(const MatchState *state, const MatchOpening *opening);

/**
 * match_state_set() - give a meeting to a wish that has none, and remove the meetings that are in its way
 * @on_removed: called for the wish of each removed meeting
 */
void match_state_set(MatchState *state, int wish, MatchMeeting meeting,
                void (*on_removed)(int wish, void *userdata), void *userdata);
