#pragma once

/*
 * Makes a timetable of meetings for people who name the people whom they want to meet. The code uses no
 * clock, no store and no calendar; meet/timetable.h reads the problem from an event and its offers.
 *
 * A wish joins two people. One meeting grants it, at an opening whose host is one of the two. The rules:
 * - A person has one meeting at a time. Two meetings of a person are apart by the greater of the first
 *   one's time after and the second one's time before.
 * - A place has one meeting at a time.
 * - No person and no place has a meeting at a time when it is taken.
 * - The number of meetings that count for a limit, such as that of a host's day, is not above the limit.
 *
 * match_solve() looks for the timetable with the greatest sum of weights. The problem is NP-hard (it
 * contains edge colouring), so the search ends after a given effort. It is a local search: a wish that is
 * not granted gets the opening that costs least, and the meetings in its way are removed; their wishes get
 * other openings in later steps. A step may make the sum smaller: some random steps without a limit, the
 * others at most to the best sum so far minus the greatest weight. A removed meeting does not return to the
 * same time soon. The result depends only on the problem: the random numbers begin with the same value each
 * time.
 */

#include "meet/match-problem.h"

enum {
        MATCH_EFFORT = 100 * 1000 * 1000, /* enough for thousands of wishes; well below a second */
};

/**
 * match_solve() - find meetings
 * @effort: the number of openings and places that are examined before the search ends
 * @ret:    n_wishes meetings; set on 0 only
 * Return: 0, MATCH_E_TOO_LARGE, -ENOMEM.
 */
int match_solve(const MatchProblem *problem, int64_t effort, MatchMeeting *ret);

/**
 * match_bound() - a sum of weights that no timetable exceeds, from the number of meetings that each person,
 * and all places together, have time for
 * Return: 0, -ENOMEM.
 */
int match_bound(const MatchProblem *problem, int64_t *ret);

/**
 * match_possible() - find out for each wish whether it could be granted if it were the only one
 * @ret: n_wishes values; set on 0 only
 * Return: 0, MATCH_E_TOO_LARGE, -ENOMEM.
 */
int match_possible(const MatchProblem *problem, bool *ret);
