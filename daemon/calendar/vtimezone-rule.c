#include "calendar/vtimezone-rule.h"

#include "calendar/zone-data.h"

#include <stdlib.h>
#include <string.h>

enum { RULE_TEXT_MAX = 512, COUNT_MAX = 9999, WEEKS_IN_MONTH = 5 };

static bool has_weekday_of_month(const Rule *rule)
{
        int nth = rule->days[0].position;
        return rule->months.n == 1 && (nth == 0) == (rule->month_days.n > 0) && abs(nth) <= WEEKS_IN_MONTH;
}

/*
 * Whether onset_rule_days() can expand the rule. It must be yearly, with at most one month and one weekday,
 * or with days of the year.
 */
static bool is_sane(const Rule *rule)
{
        if (rule->frequency != RULE_YEARLY || rule->interval != 1 || rule->count > COUNT_MAX ||
                        rule->positions.n > 0 || rule->week_numbers.n > 0 || rule->months.n > 1 ||
                        rule->n_days > 1)
                return false;
        if (rule->year_days.n > 0)
                return rule->year_days.n <= ONSET_DAYS_MAX && rule->month_days.n == 0 &&
                       rule->months.n == 0 && (rule->n_days == 0 || rule->days[0].position == 0);
        return rule->n_days == 0 || has_weekday_of_month(rule);
}

/* Reads BYDAY=SU;BYSETPOS=-1 of a month as -1SU. */
static void read_position(Rule *rule)
{
        if (rule->positions.n != 1 || rule->n_days != 1 || rule->days[0].position != 0 ||
                        rule->months.n != 1 || rule->month_days.n > 0 || rule->year_days.n > 0)
                return;
        rule->days[0].position = rule->positions.items[0];
        rule->positions.n = 0;
}

int onset_rule_parse(const char *text, Rule *ret)
{
        char copy[RULE_TEXT_MAX];
        InputError unused;
        Rule rule;
        size_t len = strlen(text);
        if (len == 0 || len >= sizeof(copy))
                return ZONE_E_INVALID;
        strcpy(copy, text);
        if (copy[len - 1] == ';')
                copy[len - 1] = '\0';
        if (rule_parse(copy, &rule, &unused) < 0)
                return ZONE_E_INVALID;
        read_position(&rule);
        if (!is_sane(&rule))
                return ZONE_E_INVALID;
        *ret = rule;
        return 0;
}

bool onset_nth_weekday(int year, int month, int nth, int weekday, int64_t *ret)
{
        int64_t first = civil_days(year, month, 1), next = civil_days(year, month + 1, 1);
        int64_t day = nth > 0 ? first + (weekday - civil_weekday(first) + 7) % 7 + (int64_t)(nth - 1) * 7
                              : next - 1 - (civil_weekday(next - 1) - weekday + 7) % 7 +
                                                      (int64_t)(nth + 1) * 7;
        *ret = day;
        return day >= first && day < next;
}

/*
 * Gets day number @number of the span from @first to the day before @next; a negative number counts from
 * the end. Return: false if the span has no such day, or the day is not on the rule's weekday.
 */
static bool listed_day(const Rule *rule, int64_t first, int64_t next, int number, int64_t *ret)
{
        int64_t day = number > 0 ? first + number - 1 : next + number;
        *ret = day;
        return day >= first && day < next &&
               (rule->n_days == 0 || civil_weekday(day) == rule->days[0].weekday);
}

size_t onset_rule_days(
                const Rule *rule, const CivilTime *start, int year, int64_t ret[static ONSET_DAYS_MAX])
{
        int month = rule->months.n > 0 ? rule->months.items[0] : start->month;
        if (rule->n_days > 0 && rule->days[0].position != 0)
                return onset_nth_weekday(year, month, rule->days[0].position, rule->days[0].weekday, ret)
                                       ? 1
                                       : 0;
        bool of_year = rule->year_days.n > 0;
        const RuleList *list = of_year ? &rule->year_days : &rule->month_days;
        int64_t first = civil_days(year, of_year ? 1 : month, 1);
        int64_t next = of_year ? civil_days(year + 1, 1, 1) : civil_days(year, month + 1, 1);
        size_t n = 0;
        for (int i = 0; i < list->n; i++)
                n += listed_day(rule, first, next, list->items[i], &ret[n]) ? 1 : 0;
        if (list->n == 0 && start->day <= civil_days_in_month(year, month))
                ret[n++] = civil_days(year, month, start->day);
        return n;
}
