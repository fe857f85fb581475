#pragma once

/*
 * Inside the calendar module: the places that one rule gives a series, in order: the days of
 * calendar/rule-walk at the rule's times of day, within COUNT and UNTIL, behind DTSTART.
 */

#include "calendar/rule-walk.h"

/** Where an instance stands in the series: its recurrence ID. */
typedef struct Place {
        When when;
        usec_t instant;
        const When *end; /* of an RDATE with a period; NULL: as long as the others */
} Place;

/** Filled in by rule_places_init(); the caller reads `has_next` and `next`. */
typedef struct RulePlaces {
        bool has_next;
        Place next;
        const Rule *rule;
        const When *start;
        const Zone *zone;
        RuleWalk walk;
        int64_t day;
        int times[RULE_TIMES_MAX]; /* seconds after midnight, in order */
        int n_times, next_time;
        int n_given; /* places that count against COUNT */
} RulePlaces;

/**
 * rule_places_init() - find the first place behind DTSTART
 * @rule, @start: borrowed until rule_places_done()
 * @zone:         of dates and floating times; borrowed as well
 * @start_counts: DTSTART counts as the first instance, whether the rule gives it or not (RFC 5545,
 *                3.8.5.3); else it counts only when the rule gives it, as beside another rule
 * @skip_to:      as of rule_walk_init()
 */
void rule_places_init(RulePlaces *places, const Rule *rule, const When *start, const Zone *zone,
                bool start_counts, int64_t skip_to);
void rule_places_done(RulePlaces *places);

/** rule_places_next() - go on to the next place; `has_next` becomes false behind the last one. */
void rule_places_next(RulePlaces *places);
