#pragma once

/*
 * Inside the calendar module: expands the RRULE of a STANDARD or DAYLIGHT (RFC 5545, 3.6.5) into the days on
 * which the observance begins. calendar/rule-walk would be too slow, because the rules of each zone of each
 * object are expanded for 600 years.
 */

#include "calendar/rule.h"

enum { ONSET_DAYS_MAX = 31 };

/**
 * onset_rule_parse() - read a yearly rule that onset_rule_days() can expand: with at most one month and at
 * most one weekday, or with days of the year. One semicolon at its end is ignored.
 *
 * Return: 0, ZONE_E_INVALID.
 */
int onset_rule_parse(const char *text, Rule *ret);

/**
 * onset_rule_days() - get the rule's days in one year, as days since the epoch
 * @start: start of the observance; its month and day are used if the rule names none
 *
 * Return: the number of days.
 */
size_t onset_rule_days(
                const Rule *rule, const CivilTime *start, int year, int64_t ret[static ONSET_DAYS_MAX]);

/**
 * onset_nth_weekday() - get the nth weekday of a month (-1 for the last) as days since the epoch
 *
 * Return: false if the month has no such weekday.
 */
bool onset_nth_weekday(int year, int month, int nth, int weekday, int64_t *ret);
