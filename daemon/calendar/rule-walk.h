#pragma once

/*
 * The days that a rule gives. Two walkers: libical's iterator takes the yearly rules of which tests/unit/test_rule shows that it gives the same
 * days as ours and does so faster; ours takes all others, since libical 3.0.16 expands some wrongly (BYMONTHDAY=-1 with DAILY gives
 * nothing, BYSETPOS is ignored with WEEKLY, BYMONTHDAY without BYMONTH with YEARLY counts January only), is 3 to 30 times as slow for rules
 * of days, weeks and months, and gives nothing after 2582. Days only: clocks and zones are the caller's.
 */

#include "calendar/rule.h"

/** Filled in by rule_walk_init(); the caller reads no field. */
typedef struct RuleWalk {
        const Rule *rule;
        int64_t first;                           /* day of DTSTART */
        int64_t least;                           /* no day before it is given any more */
        struct icalrecur_iterator_impl *library; /* NULL when our own walker is on */
        int64_t period;                          /* number of the one that `days` are of */
        int64_t days[366 + 1];
        int n_days, next;
        int64_t last_found; /* period in which a day was found last */
        bool ended;
} RuleWalk;

/**
 * rule_walk_init() - begin at DTSTART's day
 * @rule:    borrowed until rule_walk_done()
 * @first:   days since the epoch
 * @skip_to: days before it need not be given; only for a rule without COUNT. INT64_MIN for all
 */
void rule_walk_init(RuleWalk *walk, const Rule *rule, int64_t first, int64_t skip_to);
void rule_walk_done(RuleWalk *walk);

/**
 * rule_walk_next() - the next day that the rule gives, never before DTSTART's; UNTIL and COUNT are the caller's
 * Return: false when there is none within 400 years.
 */
bool rule_walk_next(RuleWalk *walk, int64_t *ret_day);

/** rule_walk_by_library() - whether libical walks the rule. */
bool rule_walk_by_library(const Rule *rule);
