/*
 * A rule is checked part by part before libical reads the whole rule. A table has the allowed parts and the
 * characters of each, and libical checks each part alone, so that the error names the part at fault.
 * libical accepts some invalid values (COUNT=1,2, COUNT=4294967297, BYMONTH=13); the characters and bounds
 * in the table exclude them. UNTIL is read by calendar/when, because for a time in UTC libical would load
 * its table of zones.
 */

#include "calendar/rule.h"

#include "base/phrase.h"

#include <errno.h>
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
        INTERVAL_MAX = 10000,
        COUNT_MAX = 100000,
        WEEKS_OF_MONTH = 5,
        WEEKS_OF_YEAR = 53,
};

#define NUMBER  "0123456789"
#define NUMBERS NUMBER ",+-"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

typedef enum PartKind {
        PART_READ,    /* by libical */
        PART_UNTIL,   /* by calendar/when */
        PART_DEFAULT, /* only with its default (RFC 7529, 4.1): others would be expanded wrongly */
} PartKind;

/* The allowed parts; each may occur once. */
static const struct {
        const char *name;
        PartKind kind;
        const char *characters; /* the default of PART_DEFAULT */
        size_t max_length;
} parts[] = {
        { "FREQ", PART_READ, LETTERS, RULE_MAX_BYTES },
        { "INTERVAL", PART_READ, NUMBER, 6 },
        { "COUNT", PART_READ, NUMBER, 6 },
        { "UNTIL", PART_UNTIL, NUMBER "TZ", 16 },
        { "WKST", PART_READ, LETTERS, 2 },
        { "BYDAY", PART_READ, LETTERS NUMBERS, RULE_MAX_BYTES },
        { "BYMONTHDAY", PART_READ, NUMBERS, RULE_MAX_BYTES },
        { "BYMONTH", PART_READ, NUMBERS, RULE_MAX_BYTES },
        { "BYYEARDAY", PART_READ, NUMBERS, RULE_MAX_BYTES },
        { "BYSETPOS", PART_READ, NUMBERS, RULE_MAX_BYTES },
        { "BYWEEKNO", PART_READ, NUMBERS, RULE_MAX_BYTES },
        { "BYHOUR", PART_READ, NUMBER ",", RULE_MAX_BYTES },
        { "BYMINUTE", PART_READ, NUMBER ",", RULE_MAX_BYTES },
        { "BYSECOND", PART_READ, NUMBER ",", RULE_MAX_BYTES },
        { "RSCALE", PART_DEFAULT, "GREGORIAN", 0 },
        { "SKIP", PART_DEFAULT, "OMIT", 0 },
};

enum { N_PARTS = sizeof(parts) / sizeof(parts[0]), PART_FREQ = 0 };

static int complain(InputError *error, const char *part, const char *reason)
{
        input_error_set(error, 0, "RRULE", "%.40s %s", part, phrase(reason));
        return -EINVAL;
}

static int find_part(const char *name)
{
        for (int i = 0; i < N_PARTS; i++)
                if (strcasecmp(parts[i].name, name) == 0)
                        return i;
        return -1;
}

/* Whether libical accepts the part. It is tested with FREQ=YEARLY, which allows every part. */
static bool library_takes(const char *name, const char *value)
{
        char rule[RULE_MAX_BYTES + 32];
        snprintf(rule, sizeof(rule), "FREQ=YEARLY;%s=%s", name, value);
        return icalrecurrencetype_from_string(rule).freq != ICAL_NO_RECURRENCE;
}

/*
 * Whether each value is `[+|-]1*2DIGIT` and two letters, and its number is not 0 (RFC 5545, 3.3.10).
 * libical reads a larger number as another number: 255SU as -1SU.
 */
static bool are_weekdays(const char *list)
{
        for (;;) {
                list += *list == '+' || *list == '-';
                size_t digits = strspn(list, NUMBER), letters = strspn(list + digits, LETTERS);
                if (digits > 2 || (digits > 0 && strspn(list, "0") == digits) || letters != 2)
                        return false;
                list += digits + letters;
                if (*list != ',')
                        return *list == '\0';
                list++;
        }
}

static int check_value(int part, const char *value, Rule *rule, InputError *error)
{
        const char *name = parts[part].name;
        if (parts[part].kind == PART_DEFAULT)
                return strcasecmp(value, parts[part].characters) == 0
                                       ? 0
                                       : complain(error, name,
                                                         "is not supported, so the rule is refused rather than expanded wrongly");
        if (!value[0] || strlen(value) > parts[part].max_length ||
                        strspn(value, parts[part].characters) != strlen(value))
                return complain(error, name, "has a value that is none");
        if (strcmp(name, "BYDAY") == 0 && !are_weekdays(value))
                return complain(error, name, "is out of bounds");
        if (parts[part].kind == PART_UNTIL)
                return when_parse(value, &rule->until) == 0 ? 0
                                                            : complain(error, name, "is no date or time");
        return part == PART_FREQ || library_takes(name, value) ? 0
                                                               : complain(error, name, "is out of bounds");
}

/*
 * Checks each part of @copy, which is modified, and writes the parts that libical reads to @kept, which has
 * the same size.
 */
static int check_parts(char *copy, char *kept, Rule *rule, InputError *error)
{
        unsigned seen = 0;
        size_t len = 0;
        char *part;
        while ((part = strsep(&copy, ";"))) {
                char *value = strchr(part, '=');
                if (value)
                        *value++ = '\0';
                int i = value ? find_part(part) : -1;
                if (i < 0)
                        return complain(error, part[0] ? part : phrase("an empty part"),
                                        "is no part of a rule");
                if (seen & 1U << i)
                        return complain(error, parts[i].name, "comes twice");
                seen |= 1U << i;
                int r = check_value(i, value, rule, error);
                if (r < 0)
                        return r;
                if (parts[i].kind == PART_READ)
                        len += (size_t)sprintf(kept + len, "%s=%s;", parts[i].name, value);
        }
        kept[len > 0 ? len - 1 : 0] = '\0'; /* in place of the last semicolon */
        return 0;
}

enum { HOUR_MINUTES = 60, DAY_HOURS = 24, DAY_MINUTES = DAY_HOURS * HOUR_MINUTES };

/*
 * Reads HOURLY or MINUTELY as DAILY with several times a day, which is the same only if each day has the
 * same times: if the interval divides an hour, is hours that divide a day, or is whole days.
 */
static int read_short_frequency(const struct icalrecurrencetype *from, Rule *rule, InputError *error)
{
        bool is_hourly = from->freq == ICAL_HOURLY_RECURRENCE;
        int minutes = from->interval * (is_hourly ? HOUR_MINUTES : 1);
        bool is_hours = minutes % HOUR_MINUTES == 0;
        bool divides = minutes > 0 && (is_hours ? DAY_MINUTES : HOUR_MINUTES) % minutes == 0;
        if (!from->count && rule->until.form == WHEN_NONE)
                return complain(error, "FREQ",
                                "below DAILY is refused without COUNT or UNTIL: it would flood a calendar");
        if ((!is_hourly && from->freq != ICAL_MINUTELY_RECURRENCE) || minutes <= 0 ||
                        from->interval > INTERVAL_MAX || (!divides && minutes % DAY_MINUTES != 0))
                return complain(error, "FREQ",
                                "below DAILY is refused, unless its interval divides an hour, or is hours that divide a day");
        rule->frequency = RULE_DAILY;
        rule->interval = divides ? 1 : minutes / DAY_MINUTES;
        rule->hour_step = !is_hours ? 1 : divides ? minutes / HOUR_MINUTES : DAY_HOURS;
        rule->minute_step = is_hourly ? 0 : is_hours ? HOUR_MINUTES : minutes;
        return 0;
}

static int read_frequency(const struct icalrecurrencetype *from, Rule *rule, InputError *error)
{
        static const RuleFrequency frequencies[] = {
                [ICAL_DAILY_RECURRENCE] = RULE_DAILY,
                [ICAL_WEEKLY_RECURRENCE] = RULE_WEEKLY,
                [ICAL_MONTHLY_RECURRENCE] = RULE_MONTHLY,
                [ICAL_YEARLY_RECURRENCE] = RULE_YEARLY,
        };
        if (from->freq == ICAL_NO_RECURRENCE)
                return complain(error, "FREQ", "must be DAILY, WEEKLY, MONTHLY or YEARLY");
        rule->interval = from->interval;
        if (from->freq < ICAL_DAILY_RECURRENCE)
                return read_short_frequency(from, rule, error);
        rule->frequency = frequencies[from->freq];
        return 0;
}

static int read_numbers(const struct icalrecurrencetype *from, Rule *rule, InputError *error)
{
        if (from->interval > INTERVAL_MAX)
                return complain(error, "INTERVAL", "is out of bounds");
        if (from->count > COUNT_MAX)
                return complain(error, "COUNT", "is out of bounds");
        if (from->count && rule->until.form != WHEN_NONE)
                return complain(error, "UNTIL", "and COUNT exclude each other");
        rule->count = from->count;
        rule->week_start = (int)from->week_start - ICAL_SUNDAY_WEEKDAY;
        return 0;
}

static int read_list(const short *from, const char *name, int max, RuleList *ret, InputError *error)
{
        for (; *from != ICAL_RECURRENCE_ARRAY_MAX; from++) {
                if (*from > max || *from < -max)
                        return complain(error, name, "is out of bounds");
                if (ret->n == RULE_LIST_MAX)
                        return complain(error, name, "has too many values");
                ret->items[ret->n++] = *from;
        }
        return 0;
}

static int read_days(const struct icalrecurrencetype *from, Rule *rule, InputError *error)
{
        bool of_month = rule->frequency == RULE_MONTHLY || rule->months.n > 0;
        for (const short *day = from->by_day; *day != ICAL_RECURRENCE_ARRAY_MAX; day++) {
                int weekday = (int)icalrecurrencetype_day_day_of_week(*day) - ICAL_SUNDAY_WEEKDAY;
                int position = icalrecurrencetype_day_position(*day);
                if (rule->n_days == RULE_LIST_MAX)
                        return complain(error, "BYDAY", "has too many values");
                if (abs(position) > (of_month ? WEEKS_OF_MONTH : WEEKS_OF_YEAR))
                        return complain(error, "BYDAY", "is out of bounds");
                if (position != 0 && rule->frequency < RULE_MONTHLY)
                        return complain(error, "BYDAY",
                                        "may have numbers with FREQ=MONTHLY and YEARLY only");
                rule->days[rule->n_days++] = (RuleDay){ weekday, position };
        }
        return 0;
}

/* Returns how many values of @size a list and a step give at most. */
static int times_of(const RuleList *list, int step, int size)
{
        int of_step = step ? size / step : 1;
        return list->n && (!step || list->n < of_step) ? list->n : of_step;
}

static int read_times(const struct icalrecurrencetype *from, Rule *rule, InputError *error)
{
        int r = read_list(from->by_hour, "BYHOUR", 23, &rule->hours, error);
        if (r == 0)
                r = read_list(from->by_minute, "BYMINUTE", 59, &rule->minutes, error);
        if (r == 0)
                r = read_list(from->by_second, "BYSECOND", 59, &rule->seconds, error);
        int times = times_of(&rule->hours, rule->hour_step, DAY_HOURS) *
                    times_of(&rule->minutes, rule->minute_step, HOUR_MINUTES) *
                    times_of(&rule->seconds, 0, HOUR_MINUTES);
        if (r == 0 && times > RULE_TIMES_MAX)
                return complain(error, phrase("the rule"),
                                "gives more than 96 times a day, which would flood a calendar");
        if (r == 0 && (times > 1 || rule->hour_step) && rule->positions.n)
                return complain(error, "BYSETPOS", "is not supported beside several times a day");
        return r;
}

static int read_lists(const struct icalrecurrencetype *from, Rule *rule, InputError *error)
{
        int r = read_list(from->by_month, "BYMONTH", 12, &rule->months, error);
        if (r == 0)
                r = read_list(from->by_month_day, "BYMONTHDAY", 31, &rule->month_days, error);
        if (r == 0)
                r = read_list(from->by_year_day, "BYYEARDAY", 366, &rule->year_days, error);
        if (r == 0)
                r = read_list(from->by_week_no, "BYWEEKNO", WEEKS_OF_YEAR, &rule->week_numbers, error);
        if (r == 0)
                r = read_list(from->by_set_pos, "BYSETPOS", 366, &rule->positions, error);
        if (r == 0)
                r = read_times(from, rule, error);
        return r != 0 ? r : read_days(from, rule, error);
}

/* Refuses the combinations that RFC 5545's table marks as N/A. */
static int check_combination(const Rule *rule, InputError *error)
{
        if (rule->month_days.n && rule->frequency == RULE_WEEKLY)
                return complain(error, "BYMONTHDAY", "makes no sense with FREQ=WEEKLY");
        if (rule->year_days.n && rule->frequency != RULE_YEARLY)
                return complain(error, "BYYEARDAY", "makes sense with FREQ=YEARLY only");
        if (rule->week_numbers.n && rule->frequency != RULE_YEARLY)
                return complain(error, "BYWEEKNO", "makes sense with FREQ=YEARLY only");
        for (int i = 0; rule->week_numbers.n && i < rule->n_days; i++)
                if (rule->days[i].position)
                        return complain(error, "BYDAY", "may have no numbers beside BYWEEKNO");
        if (rule->positions.n && !rule->week_numbers.n && !rule->months.n && !rule->month_days.n &&
                        !rule->year_days.n && !rule->n_days && !rule->hours.n && !rule->minutes.n &&
                        !rule->seconds.n)
                return complain(error, "BYSETPOS", "needs another BY part");
        return 0;
}

int rule_parse(const char *text, Rule *ret, InputError *ret_error)
{
        char copy[RULE_MAX_BYTES], kept[RULE_MAX_BYTES + 1];
        Rule rule = { .interval = 1 };
        if (strlen(text) >= sizeof(copy))
                return complain(ret_error, phrase("the rule"), "is too long");
        strcpy(copy, text);
        int r = check_parts(copy, kept, &rule, ret_error);
        if (r < 0)
                return r;
        struct icalrecurrencetype parsed = icalrecurrencetype_from_string(kept);
        r = read_frequency(&parsed, &rule, ret_error);
        if (r == 0)
                r = read_numbers(&parsed, &rule, ret_error);
        if (r == 0)
                r = read_lists(&parsed, &rule, ret_error);
        if (r == 0)
                r = check_combination(&rule, ret_error);
        if (r == 0)
                *ret = rule;
        return r;
}

static bool is_frequency(const char *name)
{
        char rule[RULE_MAX_BYTES + 32];
        snprintf(rule, sizeof(rule), "FREQ=%s", name);
        return icalrecurrencetype_from_string(rule).freq != ICAL_NO_RECURRENCE;
}

/* @text: NAME=VALUE; changed */
static bool is_valid_part(char *text, bool *has_frequency)
{
        char *value = strchr(text, '=');
        if (!value || !value[1])
                return false;
        *value++ = '\0';
        int part = find_part(text);
        if (part < 0)
                return strncasecmp(text, "X-", 2) == 0;
        if (part == PART_FREQ) {
                bool is_first = !*has_frequency;
                *has_frequency = true;
                return is_first && is_frequency(value);
        }
        if (parts[part].kind == PART_UNTIL)
                return when_parse(value, &(When){ .form = WHEN_NONE }) == 0;
        return parts[part].kind == PART_DEFAULT ||
               (!value[strspn(value, parts[part].characters)] && library_takes(text, value));
}

bool rule_is_valid(const char *text)
{
        bool has_frequency = false;
        for (;; text++) {
                char part[RULE_MAX_BYTES];
                size_t len = strcspn(text, ";");
                if (len >= sizeof(part))
                        return false;
                memcpy(part, text, len);
                part[len] = '\0';
                if (len > 0 && !is_valid_part(part, &has_frequency))
                        return false;
                text += len;
                if (!*text)
                        return has_frequency;
        }
}
