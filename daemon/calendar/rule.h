#pragma once

/*
 * Recurrence rules (RFC 5545, 3.3.10), read by libical. A rule that calendar/rule-places cannot expand (a
 * frequency below a day, another calendar's RSCALE), or that gives more than 96 times a day, is refused,
 * never expanded wrongly.
 */

#include "base/input-error.h"
#include "calendar/when.h"

typedef enum RuleFrequency { RULE_DAILY, RULE_WEEKLY, RULE_MONTHLY, RULE_YEARLY } RuleFrequency;

enum { RULE_LIST_MAX = 64, RULE_TIMES_MAX = 96 };

/** A BY list; `n` is 0 when it is not given. */
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
        RuleList months, month_days, year_days, week_numbers, positions;
        RuleList hours, minutes, seconds;
        RuleDay days[RULE_LIST_MAX];
        int n_days;
} Rule;

/**
 * rule_parse() - read an RRULE's value
 * Return: 0, or -EINVAL with the reason in ret_error->message, which begins with the part at fault.
 */
int rule_parse(const char *text, Rule *ret, InputError *ret_error);
