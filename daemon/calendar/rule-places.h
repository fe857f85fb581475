#pragma once

/*
 * Inside the calendar module: the original starts that one rule gives, in order. They are on the days of
 * calendar/rule-walk, at the rule's times of day, after DTSTART, and within COUNT and UNTIL.
 */

#include "calendar/rule-walk.h"

/** The position of an instance in the series: its recurrence ID. */
typedef struct Place {
        When when;
        usec_t instant;
        const When *end; /* for an RDATE that is a period; NULL for the usual length */
} Place;

/** Filled in by rule_places_init(); the caller reads the first three. */
typedef struct RulePlaces {
        bool has_next;
        bool gives_start; /* the rule gives DTSTART, too; unknown if it was skipped */
        Place next;
        const Rule *rule;
        const When *start;
        const Zone *zone;
        RuleWalk walk;
        int64_t day;
        int times[RULE_TIMES_MAX]; /* seconds after midnight, in order */
        int n_times, next_time;
        int n_given; /* number of starts that count against COUNT so far */
} RulePlaces;

/**
 * rule_places_init() - find the first start after DTSTART
 * @rule, @start: borrowed until rule_places_done()
 * @zone:         zone of dates and floating times; borrowed until then, too
 * @start_counts: DTSTART counts as the first instance, whether the rule gives it or not (RFC 5545,
 *                3.8.5.3). If false, because there are several rules, it counts only if this rule gives it.
 * @skip_to:      as in rule_walk_init()
 */
void rule_places_init(RulePlaces *places, const Rule *rule, const When *start, const Zone *zone,
                bool start_counts, int64_t skip_to);
void rule_places_done(RulePlaces *places);

/** rule_places_next() - advance to the next start; `has_next` becomes false after the last one. */
void rule_places_next(RulePlaces *places);
