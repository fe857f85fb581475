#include "calendar/rule.h"

#include <errno.h>
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INTERVAL_MAX = 10000, COUNT_MAX = 100000, EMPTY_YEARS_MAX = 400, LAST_YEAR = 9999, TEXT_MAX = 1024 };

/* The parts that may come, each once. What is not expanded is told apart from what is no part at all. */
static const struct {
        const char *name;
        bool expanded;
} parts[] = {
        { "FREQ", true },
        { "INTERVAL", true },
        { "COUNT", true },
        { "UNTIL", true },
        { "WKST", true },
        { "BYDAY", true },
        { "BYMONTHDAY", true },
        { "BYMONTH", true },
        { "BYYEARDAY", true },
        { "BYSETPOS", true },
        { "BYWEEKNO", false },
        { "BYHOUR", false },
        { "BYMINUTE", false },
        { "BYSECOND", false },
        { "RSCALE", false },
        { "SKIP", false },
};

enum { N_PARTS = sizeof(parts) / sizeof(parts[0]) };

static int complain(InputError *error, const char *part, const char *what)
{
        input_error_set(error, 0, "RRULE", "%.40s %s", part, what);
        return -EINVAL;
}

/* libical takes much that is no rule: names, repetitions and characters are looked at before it sees the text. */
static int check_parts(char *copy, InputError *error)
{
        unsigned seen = 0;
        char *rest = copy, *part;
        while ((part = strsep(&rest, ";"))) {
                char *value = strchr(part, '=');
                if (!value)
                        return complain(error, part[0] ? part : "an empty part", "is no part of a rule");
                *value++ = '\0';
                int i = 0;
                while (i < N_PARTS && strcasecmp(parts[i].name, part) != 0)
                        i++;
                if (i == N_PARTS)
                        return complain(error, part[0] ? part : "an empty part", "is no part of a rule");
                if (!parts[i].expanded)
                        return complain(error, parts[i].name,
                                        "is not supported, so the rule is refused rather than expanded wrongly");
                if (seen & 1U << i)
                        return complain(error, parts[i].name, "comes twice");
                seen |= 1U << i;
                if (!value[0] || strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz01234567"
                                               "89,+-") != strlen(value))
                        return complain(error, parts[i].name, "has a value that is none");
        }
        return 0;
}

static const char *part_value(const char *text, const char *name, char *ret, size_t size)
{
        size_t len = strlen(name);
        for (const char *part = text; part; part = strchr(part, ';') ? strchr(part, ';') + 1 : NULL)
                if (strncasecmp(part, name, len) == 0 && part[len] == '=') {
                        snprintf(ret, size, "%.*s", (int)strcspn(part + len + 1, ";"), part + len + 1);
                        return ret;
                }
        return NULL;
}

static int parse_number(const char *text, const char *name, int max, int *ret, InputError *error)
{
        char value[TEXT_MAX], *end;
        if (!part_value(text, name, value, sizeof(value)))
                return 0;
        long number = strtol(value, &end, 10);
        if (*end || number < 1 || number > max || value[0] == '+')
                return complain(error, name, "is out of bounds");
        *ret = (int)number;
        return 0;
}

/* A BY list with its bounds: whole numbers, none of them 0, at most RULE_LIST_MAX. */
static int parse_list(
                const char *text, const char *name, int max, bool negative, RuleList *ret, InputError *error)
{
        char value[TEXT_MAX], *rest = value, *word, *end;
        if (!part_value(text, name, value, sizeof(value)))
                return 0;
        while ((word = strsep(&rest, ","))) {
                long number = strtol(word, &end, 10);
                if (!*word || *end || number == 0 || number > max || number < (negative ? -max : 1))
                        return complain(error, name, "is out of bounds");
                if (ret->n == RULE_LIST_MAX)
                        return complain(error, name, "has too many values");
                ret->items[ret->n++] = (short)number;
        }
        return 0;
}

static int read_days(const struct icalrecurrencetype *from, const char *text, Rule *rule, InputError *error)
{
        char value[TEXT_MAX];
        int expected = 0;
        if (!part_value(text, "BYDAY", value, sizeof(value)))
                return 0;
        for (const char *c = value; *c; c++)
                expected += *c == ',';
        for (int i = 0; i < RULE_LIST_MAX && from->by_day[i] != ICAL_RECURRENCE_ARRAY_MAX; i++) {
                int weekday = (int)icalrecurrencetype_day_day_of_week(from->by_day[i]);
                int position = icalrecurrencetype_day_position(from->by_day[i]);
                if (weekday < ICAL_SUNDAY_WEEKDAY || abs(position) > 53)
                        return complain(error, "BYDAY", "is out of bounds");
                rule->days[rule->n_days++] = (RuleDay){ weekday - ICAL_SUNDAY_WEEKDAY, position };
                if (position != 0 && rule->frequency < RULE_MONTHLY)
                        return complain(error, "BYDAY",
                                        "may have numbers with FREQ=MONTHLY and YEARLY only");
        }
        return rule->n_days == expected + 1
                               ? 0
                               : complain(error, "BYDAY", "has a day that is none, or too many");
}

static int read_until(const char *text, Rule *rule, InputError *error)
{
        char value[TEXT_MAX];
        if (!part_value(text, "UNTIL", value, sizeof(value)))
                return 0;
        if (rule->count)
                return complain(error, "UNTIL", "and COUNT exclude each other");
        return when_parse(value, &rule->until) == 0 ? 0 : complain(error, "UNTIL", "is no date or time");
}

/* What RFC 5545's table calls N/A. */
static int check_combination(const Rule *rule, InputError *error)
{
        if (rule->month_days.n && rule->frequency == RULE_WEEKLY)
                return complain(error, "BYMONTHDAY", "makes no sense with FREQ=WEEKLY");
        if (rule->year_days.n && rule->frequency != RULE_YEARLY)
                return complain(error, "BYYEARDAY", "makes sense with FREQ=YEARLY only");
        if (rule->positions.n && !rule->months.n && !rule->month_days.n && !rule->year_days.n &&
                        !rule->n_days)
                return complain(error, "BYSETPOS", "needs another BY part");
        return 0;
}

static int read_lists(const char *text, Rule *rule, InputError *error)
{
        int r = parse_number(text, "INTERVAL", INTERVAL_MAX, &rule->interval, error);
        if (r == 0)
                r = parse_number(text, "COUNT", COUNT_MAX, &rule->count, error);
        if (r == 0)
                r = parse_list(text, "BYMONTH", 12, false, &rule->months, error);
        if (r == 0)
                r = parse_list(text, "BYMONTHDAY", 31, true, &rule->month_days, error);
        if (r == 0)
                r = parse_list(text, "BYYEARDAY", 366, true, &rule->year_days, error);
        return r != 0 ? r : parse_list(text, "BYSETPOS", 366, true, &rule->positions, error);
}

static int read_frequency(const struct icalrecurrencetype *from, Rule *rule, InputError *error)
{
        switch (from->freq) {
        case ICAL_DAILY_RECURRENCE:
                rule->frequency = RULE_DAILY;
                return 0;
        case ICAL_WEEKLY_RECURRENCE:
                rule->frequency = RULE_WEEKLY;
                return 0;
        case ICAL_MONTHLY_RECURRENCE:
                rule->frequency = RULE_MONTHLY;
                return 0;
        case ICAL_YEARLY_RECURRENCE:
                rule->frequency = RULE_YEARLY;
                return 0;
        case ICAL_HOURLY_RECURRENCE:
        case ICAL_MINUTELY_RECURRENCE:
        case ICAL_SECONDLY_RECURRENCE:
                return complain(error, "FREQ", "below DAILY is refused");
        default:
                return complain(error, "FREQ",
                                "must be DAILY, WEEKLY, MONTHLY or YEARLY, and the other parts whole");
        }
}

int rule_parse(const char *text, Rule *ret, InputError *ret_error)
{
        char copy[TEXT_MAX];
        Rule rule = { .interval = 1, .week_start = 1 };
        if (strlen(text) >= sizeof(copy))
                return complain(ret_error, "the rule", "is too long");
        strcpy(copy, text);
        if (check_parts(copy, ret_error) < 0)
                return -EINVAL;
        struct icalrecurrencetype parsed = icalrecurrencetype_from_string(text);
        int r = read_frequency(&parsed, &rule, ret_error);
        if (r == 0)
                r = read_lists(text, &rule, ret_error);
        if (r == 0)
                r = read_days(&parsed, text, &rule, ret_error);
        if (r == 0)
                r = read_until(text, &rule, ret_error);
        if (r == 0)
                r = check_combination(&rule, ret_error);
        if (r != 0)
                return r;
        if (parsed.week_start >= ICAL_SUNDAY_WEEKDAY)
                rule.week_start = (int)parsed.week_start - ICAL_SUNDAY_WEEKDAY;
        *ret = rule;
        return 0;
}

/* One period's span of days, and what its candidates are counted in. */
typedef struct Span {
        int64_t from, to; /* days, `to` exclusive */
} Span;

static Span span_of(const RuleWalk *walk, int64_t period)
{
        const Rule *rule = walk->rule;
        CivilTime first = civil_from_days(walk->first);
        int64_t step = period * rule->interval;
        switch (rule->frequency) {
        case RULE_DAILY:
                return (Span){ walk->first + step, walk->first + step + 1 };
        case RULE_WEEKLY: {
                int64_t week = walk->first - (civil_weekday(walk->first) - rule->week_start + 7) % 7 +
                               7 * step;
                return (Span){ week, week + 7 };
        }
        case RULE_MONTHLY: {
                int month = first.month + (int)step;
                return (Span){ civil_days(first.year, month, 1), civil_days(first.year, month + 1, 1) };
        }
        case RULE_YEARLY:
                break;
        }
        int year = first.year + (int)step;
        return (Span){ civil_days(year, 1, 1), civil_days(year + 1, 1, 1) };
}

static bool in_list(const RuleList *list, int value, int length)
{
        for (int i = 0; i < list->n; i++)
                if (list->items[i] == value || (list->items[i] < 0 && list->items[i] + length + 1 == value))
                        return true;
        return list->n == 0;
}

/* Numbers of BYDAY count within the month, but within the year for YEARLY without BYMONTH (RFC 5545, 3.3.10). */
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

/* Where the rule itself says nothing of the day within its period, DTSTART does. */
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
               matches_weekday(rule, day, &civil) && matches_start(walk, day, &civil);
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
        Span span = span_of(walk, walk->period);
        walk->n_days = walk->next = 0;
        if (civil_from_days(span.from).year > LAST_YEAR) {
                walk->ended = true;
                return;
        }
        for (int64_t day = span.from; day < span.to; day++)
                if (matches(walk, day))
                        walk->days[walk->n_days++] = day;
        if (walk->rule->positions.n)
                keep_positions(walk);
        if (walk->n_days)
                walk->last_found = walk->period;
        int64_t found_at = span_of(walk, walk->last_found).from;
        walk->ended = walk->n_days == 0 && span.from - found_at > EMPTY_YEARS_MAX * 366;
}

void rule_walk(RuleWalk *walk, const Rule *rule, int64_t first, int64_t skip_to)
{
        static const int longest[] = {
                [RULE_DAILY] = 1, [RULE_WEEKLY] = 7, [RULE_MONTHLY] = 31, [RULE_YEARLY] = 366
        };
        *walk = (RuleWalk){ .rule = rule, .first = first };
        /* Two periods early: a period begins before its first day does. */
        int64_t periods = skip_to > first ? (skip_to - first) / longest[rule->frequency] / rule->interval - 2
                                          : 0;
        walk->period = walk->last_found = rule->count || periods < 0 ? 0 : periods;
        fill_period(walk);
}

bool rule_next(RuleWalk *walk, int64_t *ret_day)
{
        for (;;) {
                while (walk->next < walk->n_days) {
                        int64_t day = walk->days[walk->next++];
                        if (day >= walk->first) {
                                *ret_day = day;
                                return true;
                        }
                }
                if (walk->ended)
                        return false;
                walk->period++;
                fill_period(walk);
        }
}
