#pragma once

/*
 * Recurrence rules (RFC 5545, 3.3.10): the parts are read by libical, the days are worked out here, because libical 3.0.16 gets too many
 * rules wrong. What this does not expand (BYHOUR and finer, BYWEEKNO, frequencies below a day) is refused, never expanded wrongly.
 */

#include "base/input-error.h"
#include "calendar/when.h"

typedef enum RuleFrequency { RULE_DAILY, RULE_WEEKLY, RULE_MONTHLY, RULE_YEARLY } RuleFrequency;

enum { RULE_LIST_MAX = 64 };

/** A BYxxx list; `n` 0 when it is not given. */
typedef struct RuleList {
        short items[RULE_LIST_MAX];
        int n;
} RuleList;

typedef struct RuleDay {
        int weekday;  /* 0 Sunday to 6 */
        int position; /* 0 every, 1 the first, -1 the last */
} RuleDay;

typedef struct Rule {
        RuleFrequency frequency;
        int interval;
        int count;      /* 0: no limit */
        When until;     /* WHEN_NONE: no limit */
        int week_start; /* 0 Sunday to 6 */
        RuleList months, month_days, year_days, positions;
        RuleDay days[RULE_LIST_MAX];
        int n_days;
} Rule;

/** rule_parse() - Return: 0, or -EINVAL with the reason in ret_error->message. */
int rule_parse(const char *text, Rule *ret, InputError *ret_error);

/** Walks the days of a rule. */
typedef struct RuleWalk {
        const Rule *rule;
        int64_t first;  /* day of DTSTART */
        int64_t period; /* number of the one that `days` are of */
        int64_t days[366 + 1];
        int n_days, next;
        int64_t last_found; /* period in which a day was found last */
        bool ended;
} RuleWalk;

/**
 * rule_walk() - begin at DTSTART's day
 * @first: days since the epoch
 * @skip_to: days before it need not be given; only for a rule without COUNT. INT64_MIN for all
 */
void rule_walk(RuleWalk *walk, const Rule *rule, int64_t first, int64_t skip_to);

/**
 * rule_next() - the next day that the rule gives, never before DTSTART's; UNTIL and COUNT are the caller's
 * Return: false when there is none within 400 years.
 */
bool rule_next(RuleWalk *walk, int64_t *ret_day);
