#pragma once

/*
 * The days that a rule gives; clocks and zones are the caller's. There are two walkers. libical's iterator
 * expands the yearly rules that tests/unit/test_rule proves equal to ours; it is as fast there. Our own
 * walker expands all other rules, for these reasons:
 * - libical 3.0.16 expands some wrongly: DAILY with BYMONTHDAY=-1 gives nothing, WEEKLY ignores BYSETPOS,
 *   YEARLY with BYMONTHDAY and no BYMONTH gives days of January only;
 * - it is right, but 3 to 30 times as slow for everyday rules of days, weeks and months;
 * - it spends half a second on a yearly rule that never gives a day, and gives none after 2582, where our
 *   walker continues.
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
 * rule_walk_next() - the next day that the rule gives, never before DTSTART's; UNTIL and COUNT are the
 * caller's
 * Return: false when there is none within 400 years.
 */
bool rule_walk_next(RuleWalk *walk, int64_t *ret_day);

/** rule_walk_by_library() - whether libical walks the rule. */
bool rule_walk_by_library(const Rule *rule);
