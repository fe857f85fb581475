#pragma once

/*
 * Expands a rule into days; the caller adds clock times and zones. There are two implementations. libical's
 * iterator is used for the yearly rules for which tests/unit/test_rule proves that it gives the same days
 * as ours and for which it is as fast. Our own expands all other rules, for these reasons:
 * - libical 3.0.16 expands some rules wrongly: DAILY with BYMONTHDAY=-1 gives nothing, WEEKLY ignores
 *   BYSETPOS, YEARLY with BYMONTHDAY and no BYMONTH gives days of January only;
 * - it expands everyday rules of days, weeks and months correctly, but is 3 to 30 times slower;
 * - it spends half a second on a yearly rule that never gives a day, and gives no days after 2582, where our
 *   implementation continues.
 */

#include "calendar/rule.h"

/** Filled in by rule_walk_init(); the caller reads no field. */
typedef struct RuleWalk {
        const Rule *rule;
        int64_t first;                           /* day of DTSTART */
        int64_t least;                           /* the next day is not before this one */
        struct icalrecur_iterator_impl *library; /* NULL while our own implementation is used */
        int64_t period;                          /* number of the period to which `days` belongs */
        int64_t days[366 + 1];
        int n_days, next;
        int64_t last_found; /* number of the last period in which a day was found */
        bool ended;
} RuleWalk;

/**
 * rule_walk_init() - begin at DTSTART's day
 * @rule:    borrowed until rule_walk_done()
 * @first:   DTSTART's day, in days since the epoch
 * @skip_to: earlier days may be skipped, unless the rule has a COUNT; INT64_MIN for all days
 */
void rule_walk_init(RuleWalk *walk, const Rule *rule, int64_t first, int64_t skip_to);
void rule_walk_done(RuleWalk *walk);

/**
 * rule_walk_next() - get the next day that the rule gives, never before DTSTART's day. The caller applies
 * UNTIL and COUNT.
 *
 * Return: false if there is none within 400 years.
 */
bool rule_walk_next(RuleWalk *walk, int64_t *ret_day);

/** rule_walk_by_library() - whether libical expands the rule. */
bool rule_walk_by_library(const Rule *rule);
