#include "calendar/rule-walk.h"

#include <assert.h>
#include <libical/ical.h>
#include <stdlib.h>

enum {
        EMPTY_YEARS_MAX = 400,
        LAST_YEAR = 9999,
        SHORTEST_MONTH = 28,
        SHORTEST_YEAR = 365,
        SURE_POSITION = 4
};

/* The days of one period of the rule. */
typedef struct Period {
        int64_t from, to; /* days; `to` is exclusive */
} Period;

static Period period_of(const RuleWalk *walk, int64_t period)
{
        const Rule *rule = walk->rule;
        CivilTime first = civil_from_days(walk->first);
        int64_t step = period * rule->interval;
        switch (rule->frequency) {
        case RULE_DAILY:
                return (Period){ walk->first + step, walk->first + step + 1 };
        case RULE_WEEKLY: {
                int64_t week = walk->first - (civil_weekday(walk->first) - rule->week_start + 7) % 7 +
                               7 * step;
                return (Period){ week, week + 7 };
        }
        case RULE_MONTHLY: {
                int month = first.month + (int)step;
                return (Period){ civil_days(first.year, month, 1), civil_days(first.year, month + 1, 1) };
        }
        case RULE_YEARLY:
                break;
        }
        int year = first.year + (int)step;
        return (Period){ civil_days(year, 1, 1), civil_days(year + 1, 1, 1) };
}

static bool in_list(const RuleList *list, int value, int length)
{
        for (int i = 0; i < list->n; i++)
                if (list->items[i] == value || (list->items[i] < 0 && list->items[i] + length + 1 == value))
                        return true;
        return list->n == 0;
}

/*
 * Whether the day matches BYDAY. Its numbers count within the month or, for YEARLY without BYMONTH, within
 * the year (RFC 5545, 3.3.10).
 */
static bool matches_weekday(const Rule *rule, int64_t day, const CivilTime *civil)
{
        bool by_year = rule->frequency == RULE_YEARLY && rule->months.n == 0;
        int64_t from = by_year ? civil_days(civil->year, 1, 1) : civil_days(civil->year, civil->month, 1);
        int64_t to = by_year ? civil_days(civil->year + 1, 1, 1)
                             : civil_days(civil->year, civil->month + 1, 1);
        int weekday = civil_weekday(day);
        for (int i = 0; i < rule->n_days; i++) {
                if (rule->days[i].weekday != weekday)
                        continue;
                int position = rule->days[i].position;
                if (position == 0 || position == (day - from) / 7 + 1 || -position == (to - 1 - day) / 7 + 1)
                        return true;
        }
        return rule->n_days == 0;
}

/*
 * Returns the first day of week 1, the first week with at least four days in the year (RFC 5545, 3.3.10).
 */
static int64_t first_week(const Rule *rule, int year)
{
        int64_t new_year = civil_days(year, 1, 1);
        int behind = (civil_weekday(new_year) - rule->week_start + 7) % 7;
        return behind < 4 ? new_year - behind : new_year + 7 - behind;
}

/* Whether the day matches BYWEEKNO. The week at the turn of the year may belong to the other year. */
static bool matches_week(const Rule *rule, int64_t day, int year)
{
        if (!rule->week_numbers.n)
                return true;
        if (day >= first_week(rule, year + 1))
                year++;
        else if (day < first_week(rule, year))
                year--;
        int64_t first = first_week(rule, year);
        return in_list(&rule->week_numbers, (int)(day - first) / 7 + 1,
                        (int)(first_week(rule, year + 1) - first) / 7);
}

/*
 * Whether the day corresponds to DTSTART's. Used if the rule names no day in its period (RFC 5545, 3.3.10).
 */
static bool matches_start(const RuleWalk *walk, int64_t day, const CivilTime *civil)
{
        const Rule *rule = walk->rule;
        if (rule->n_days || rule->month_days.n || rule->year_days.n)
                return true;
        CivilTime first = civil_from_days(walk->first);
        switch (rule->frequency) {
        case RULE_DAILY:
                return true;
        case RULE_WEEKLY:
                return civil_weekday(day) == civil_weekday(walk->first);
        case RULE_MONTHLY:
                return civil->day == first.day;
        case RULE_YEARLY:
                if (rule->week_numbers.n)
                        return civil_weekday(day) == civil_weekday(walk->first);
                return civil->day == first.day && (rule->months.n || civil->month == first.month);
        }
        return false;
}

static bool matches(const RuleWalk *walk, int64_t day)
{
        const Rule *rule = walk->rule;
        CivilTime civil = civil_from_days(day);
        int64_t new_year = civil_days(civil.year, 1, 1);
        int year_length = (int)(civil_days(civil.year + 1, 1, 1) - new_year);
        return in_list(&rule->months, civil.month, 12) &&
               in_list(&rule->month_days, civil.day, civil_days_in_month(civil.year, civil.month)) &&
               in_list(&rule->year_days, (int)(day - new_year) + 1, year_length) &&
               matches_week(rule, day, civil.year) && matches_weekday(rule, day, &civil) &&
               matches_start(walk, day, &civil);
}

static void keep_positions(RuleWalk *walk)
{
        int kept = 0, n = walk->n_days;
        for (int i = 0; i < n; i++)
                if (in_list(&walk->rule->positions, i + 1, n))
                        walk->days[kept++] = walk->days[i];
        walk->n_days = kept;
}

static void fill_period(RuleWalk *walk)
{
        Period period = period_of(walk, walk->period);
        walk->n_days = walk->next = 0;
        if (civil_from_days(period.from).year > LAST_YEAR) {
                walk->ended = true;
                return;
        }
        for (int64_t day = period.from; day < period.to; day++)
                if (matches(walk, day))
                        walk->days[walk->n_days++] = day;
        if (walk->rule->positions.n)
                keep_positions(walk);
        if (walk->n_days)
                walk->last_found = walk->period;
        int64_t found_at = period_of(walk, walk->last_found).from;
        walk->ended = walk->n_days == 0 && period.from - found_at > EMPTY_YEARS_MAX * 366;
}

static void begin_own(RuleWalk *walk, int64_t skip_to)
{
        static const int longest[] = {
                [RULE_DAILY] = 1, [RULE_WEEKLY] = 7, [RULE_MONTHLY] = 31, [RULE_YEARLY] = 366
        };
        const Rule *rule = walk->rule;
        /* Begins two periods early, because DTSTART may be late in its period. */
        int64_t periods = skip_to > walk->first ? (skip_to - walk->first) / longest[rule->frequency] /
                                                                                  rule->interval -
                                                                  2
                                                : 0;
        walk->period = walk->last_found = periods < 0 ? 0 : periods;
        fill_period(walk);
}

static bool all_within(const RuleList *list, int max)
{
        for (int i = 0; i < list->n; i++)
                if (abs(list->items[i]) > max)
                        return false;
        return true;
}

/*
 * Accepts only rules that give a day in every year: libical spends half a second on a rule that gives none.
 */
bool rule_walk_by_library(const Rule *rule)
{
        if (rule->frequency != RULE_YEARLY || rule->positions.n || rule->week_numbers.n)
                return false;
        for (int i = 0; i < rule->n_days; i++)
                if (abs(rule->days[i].position) > SURE_POSITION)
                        return false;
        if (rule->year_days.n)
                return !rule->months.n && !rule->month_days.n && !rule->n_days &&
                       all_within(&rule->year_days, SHORTEST_YEAR);
        if (rule->month_days.n)
                return rule->months.n && !rule->n_days && all_within(&rule->month_days, SHORTEST_MONTH);
        return rule->n_days > 0;
}

#define N_ITEMS(array) ((int)(sizeof(array) / sizeof((array)[0])))

static void copy_list(short *to, int size, const RuleList *from)
{
        assert(from->n < size);
        for (int i = 0; i < from->n; i++)
                to[i] = from->items[i];
        to[from->n] = ICAL_RECURRENCE_ARRAY_MAX;
}

static struct icaltimetype library_date(int64_t day)
{
        CivilTime civil = civil_from_days(day);
        return (struct icaltimetype){
                .year = civil.year, .month = civil.month, .day = civil.day, .is_date = 1
        };
}

/* Starts libical's iterator. COUNT and UNTIL are left out, because the caller applies them. */
static void begin_library(RuleWalk *walk, int64_t skip_to)
{
        const Rule *rule = walk->rule;
        struct icalrecurrencetype copy;
        icalrecurrencetype_clear(&copy);
        copy.freq = ICAL_YEARLY_RECURRENCE;
        copy.interval = (short)rule->interval;
        copy.week_start = (icalrecurrencetype_weekday)(rule->week_start + ICAL_SUNDAY_WEEKDAY);
        copy_list(copy.by_month, N_ITEMS(copy.by_month), &rule->months);
        copy_list(copy.by_month_day, N_ITEMS(copy.by_month_day), &rule->month_days);
        copy_list(copy.by_year_day, N_ITEMS(copy.by_year_day), &rule->year_days);
        for (int i = 0; i < rule->n_days; i++) {
                int weekday = rule->days[i].weekday + ICAL_SUNDAY_WEEKDAY, position = rule->days[i].position;
                copy.by_day[i] = (short)(position < 0 ? position * 8 - weekday : position * 8 + weekday);
        }
        copy.by_day[rule->n_days] = ICAL_RECURRENCE_ARRAY_MAX;
        walk->library = icalrecur_iterator_new(copy, library_date(walk->first));
        if (walk->library && skip_to > walk->first)
                icalrecur_iterator_set_start(walk->library, library_date(skip_to));
}

void rule_walk_init(RuleWalk *walk, const Rule *rule, int64_t first, int64_t skip_to)
{
        *walk = (RuleWalk){ .rule = rule, .first = first, .least = first };
        if (rule->count)
                skip_to = INT64_MIN;
        if (rule_walk_by_library(rule))
                begin_library(walk, skip_to);
        if (!walk->library)
                begin_own(walk, skip_to);
}

void rule_walk_done(RuleWalk *walk)
{
        if (walk->library)
                icalrecur_iterator_free(walk->library);
        walk->library = NULL;
}

static bool next_of_library(RuleWalk *walk, int64_t *ret_day)
{
        for (;;) {
                struct icaltimetype date = icalrecur_iterator_next(walk->library);
                if (icaltime_is_null_time(date))
                        return false;
                *ret_day = civil_days(date.year, date.month, date.day);
                if (*ret_day >= walk->least)
                        return true;
        }
}

static bool next_of_own(RuleWalk *walk, int64_t *ret_day)
{
        for (;;) {
                while (walk->next < walk->n_days) {
                        *ret_day = walk->days[walk->next++];
                        if (*ret_day >= walk->least)
                                return true;
                }
                if (walk->ended)
                        return false;
                walk->period++;
                fill_period(walk);
        }
}

bool rule_walk_next(RuleWalk *walk, int64_t *ret_day)
{
        int64_t day;
        bool found = walk->library && next_of_library(walk, &day);
        if (walk->library && !found) {
                rule_walk_done(walk);
                begin_own(walk, walk->least);
        }
        if (!found && !next_of_own(walk, &day))
                return false;
        walk->least = day + 1;
        *ret_day = day;
        return true;
}
