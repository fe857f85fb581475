#pragma once

/*
 * Inside the calendar module: the RRULE of a STANDARD or DAYLIGHT (RFC 5545, 3.6.5): when in a year an
 * observance comes into force. Expanded here, not by calendar/rule-walk, since each zone of each object is
 * written out for 600 years.
 */

#include "calendar/rule.h"

enum { ONSET_DAYS_MAX = 31 };

/**
 * onset_rule_parse() - read a yearly rule with one month at most and one weekday at most; one semicolon at
 * its end is ignored
 * Return: 0, ZONE_E_INVALID.
 */
int onset_rule_parse(const char *text, Rule *ret);

/**
 * onset_rule_days() - the rule's days in one year, as days since the epoch
 * @start: of the observance; its day and month count where the rule names none
 * Return: how many there are.
 */
size_t onset_rule_days(
                const Rule *rule, const CivilTime *start, int year, int64_t ret[static ONSET_DAYS_MAX]);

/**
 * onset_nth_weekday() - the nth weekday of a month (-1: the last) as days since the epoch.
 * Return: false when the month has none.
 */
bool onset_nth_weekday(int year, int month, int nth, int weekday, int64_t *ret);
