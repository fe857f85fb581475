#pragma once

/*
 * Recurrence rules (RFC 5545, 3.3.10), read by libical. A rule is refused if calendar/rule-places cannot
 * expand it correctly (the RSCALE of another calendar), or if it gives more than 96 times a day. HOURLY
 * and MINUTELY with COUNT or UNTIL are read as DAILY with several times a day, if their interval divides
 * an hour, is hours that divide a day, or is whole days; any other interval, an endless one and SECONDLY
 * are refused.
 */

#include "base/input-error.h"
#include "calendar/when.h"

typedef enum RuleFrequency { RULE_DAILY, RULE_WEEKLY, RULE_MONTHLY, RULE_YEARLY } RuleFrequency;

enum { RULE_LIST_MAX = 64, RULE_TIMES_MAX = 96, RULE_MAX_BYTES = 1024 /* octets, with the NUL */ };

/** A BY list; `n` is 0 if the rule does not have it. */
typedef struct RuleList {
        short items[RULE_LIST_MAX];
        int n;
} RuleList;

typedef struct RuleDay {
        int weekday;  /* 0 for Sunday to 6 */
        int position; /* 0 for every, 1 for the first, -1 for the last */
} RuleDay;

typedef struct Rule {
        RuleFrequency frequency;
        int interval;
        int count;      /* 0 for no limit */
        When until;     /* WHEN_NONE for no limit */
        int week_start; /* 0 for Sunday to 6 */
        RuleList months, month_days, year_days, week_numbers, positions;
        RuleList hours, minutes, seconds;
        int hour_step, minute_step; /* of HOURLY and MINUTELY, counted from DTSTART; 0 for none */
        RuleDay days[RULE_LIST_MAX];
        int n_days;
} Rule;

/**
 * rule_parse() - read an RRULE's value
 *
 * Return: 0; -EINVAL with the reason in ret_error->message, which begins with the part at fault.
 */
int rule_parse(const char *text, Rule *ret, InputError *ret_error);

/**
 * rule_is_valid() - whether an RRULE's value is a rule of the RFC, although rule_parse() may refuse it
 */
bool rule_is_valid(const char *text);
