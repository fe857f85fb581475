#include "web/rule-words.h"

#include "base/text.h"
#include "calendar/rule.h"

enum { WORDS_BYTES = 1024, SUNDAY = 0, WEEK = 7, WEEKDAYS = 0x3e };

typedef struct RuleWords {
        const PageView *view;
        const Rule *rule;
        const When *start;
        int weekday; /* of the start */
} RuleWords;

static void write_pattern(Buffer *out, const RuleWords *words, const char *pattern, int64_t n)
{
        text_message(out, words->view->tag, pattern, TEXT_ARGUMENTS({ "n", NULL, n }));
}

static void write_period(Buffer *out, const RuleWords *words, const char *one, const char *several)
{
        if (words->rule->interval == 1)
                buffer_puts(out, one);
        else
                write_pattern(out, words, several, words->rule->interval);
}

static bool has_no_parts(const Rule *rule)
{
        return rule->months.n == 0 && rule->month_days.n == 0 && rule->n_days == 0;
}

/*
 * Whether the days are those from Monday to Friday, and all without a position such as "first". A day with a
 * position counts as a Sunday, which makes the result false.
 */
static bool is_weekdays(const Rule *rule)
{
        unsigned found = 0;
        for (int i = 0; i < rule->n_days; i++)
                found |= rule->days[i].position == 0 ? 1U << rule->days[i].weekday : 1U << SUNDAY;
        return found == WEEKDAYS;
}

static bool write_daily(Buffer *out, const RuleWords *words)
{
        const WebStrings *strings = words->view->strings;
        if (words->rule->interval == 1 && is_weekdays(words->rule) && words->rule->months.n == 0 &&
                        words->rule->month_days.n == 0) {
                buffer_puts(out, strings->rule_weekdays);
                return true;
        }
        if (!has_no_parts(words->rule))
                return false;
        write_period(out, words, strings->rule_daily, strings->rule_days);
        return true;
}

/* Writes "on Tuesdays and on Thursdays", from Monday on. */
static void write_weekdays(Buffer *out, const RuleWords *words)
{
        const char *const *names = words->view->strings->rule_on_weekday;
        int written = 0;
        for (int i = 1; i <= WEEK; i++)
                for (int j = 0; j < words->rule->n_days; j++) {
                        if (words->rule->days[j].weekday != i % WEEK)
                                continue;
                        bool is_last = written + 1 == words->rule->n_days;
                        if (written > 0 && is_last)
                                buffer_printf(out, " %s ", words->view->strings->rule_and);
                        else if (written > 0)
                                buffer_puts(out, ", ");
                        buffer_puts(out, names[i % WEEK]);
                        written++;
                }
}

static bool write_weekly(Buffer *out, const RuleWords *words)
{
        const Rule *rule = words->rule;
        const WebStrings *strings = words->view->strings;
        if (rule->months.n > 0 || rule->month_days.n > 0)
                return false;
        if (rule->interval == 1 && is_weekdays(rule)) {
                buffer_puts(out, strings->rule_weekdays);
        } else if (rule->interval == 1 && rule->n_days <= 1) {
                buffer_puts(out, strings->rule_every_weekday[rule->n_days == 1 ? rule->days[0].weekday
                                                                               : words->weekday]);
        } else {
                if (rule->interval > 1)
                        write_pattern(out, words, strings->rule_weeks, rule->interval);
                if (rule->n_days > 0)
                        buffer_puts(out, rule->interval > 1 ? ", " : "");
                write_weekdays(out, words);
        }
        return true;
}

/* Writes which day of the month: "on the first Tuesday", "on day 15". */
static bool write_month_day(Buffer *out, const RuleWords *words)
{
        const Rule *rule = words->rule;
        const WebStrings *strings = words->view->strings;
        if (rule->n_days == 1 && rule->month_days.n == 0) {
                int position = rule->days[0].position;
                if (position < -1 || position == 0 || position > 4)
                        return false;
                buffer_puts(out, strings->rule_nth_weekday[position == -1 ? 4 : position - 1]
                                                          [rule->days[0].weekday]);
                return true;
        }
        if (rule->n_days > 0 || rule->month_days.n > 1)
                return false;
        int day = rule->month_days.n == 1 ? rule->month_days.items[0] : words->start->civil.day;
        if (day < -1)
                return false;
        if (day == -1)
                buffer_puts(out, strings->rule_last_day);
        else
                write_pattern(out, words, strings->rule_month_day, day);
        return true;
}

static bool write_monthly(Buffer *out, const RuleWords *words)
{
        const WebStrings *strings = words->view->strings;
        CLEANUP(buffer_done) Buffer day = BUFFER_INIT(WORDS_BYTES);
        if (words->rule->months.n > 0 || !write_month_day(&day, words))
                return false;
        text_message(out, words->view->tag,
                        words->rule->interval == 1 ? strings->rule_monthly : strings->rule_months,
                        TEXT_ARGUMENTS({ "day", buffer_text(&day), 0 },
                                        { "n", NULL, words->rule->interval }));
        return true;
}

/* Writes a yearly rule. Return: false if it has parts other than the month and the day of the start. */
static bool write_yearly(Buffer *out, const RuleWords *words)
{
        const Rule *rule = words->rule;
        const CivilTime *start = &words->start->civil;
        bool same_month = rule->months.n == 0 ||
                          (rule->months.n == 1 && rule->months.items[0] == start->month);
        bool same_day = rule->month_days.n == 0 ||
                        (rule->month_days.n == 1 && rule->month_days.items[0] == start->day &&
                                        rule->months.n == 1);
        if (!same_month || !same_day || rule->n_days > 0)
                return false;
        write_period(out, words, words->view->strings->rule_yearly, words->view->strings->rule_years);
        return true;
}

static bool write_days(Buffer *out, const RuleWords *words)
{
        const Rule *rule = words->rule;
        if (rule->year_days.n > 0 || rule->week_numbers.n > 0 || rule->positions.n > 0 ||
                        rule->hour_step > 0 || rule->hours.n > 0 || rule->minutes.n > 0 ||
                        rule->seconds.n > 0)
                return false;
        switch (rule->frequency) {
        case RULE_DAILY:
                return write_daily(out, words);
        case RULE_WEEKLY:
                return write_weekly(out, words);
        case RULE_MONTHLY:
                return write_monthly(out, words);
        case RULE_YEARLY:
                return write_yearly(out, words);
        }
        return false;
}

static void write_limit(Buffer *out, const RuleWords *words, const Zone *zone)
{
        const Rule *rule = words->rule;
        CLEANUP(buffer_done) Buffer date = BUFFER_INIT(WORDS_BYTES);
        if (rule->count > 0)
                write_pattern(out, words, words->view->strings->rule_count, rule->count);
        if (rule->until.form == WHEN_NONE)
                return;
        CivilTime last = rule->until.civil;
        if (rule->until.form == WHEN_UTC)
                last = zone_to_civil(zone, when_instant(&rule->until, zone) / USEC_PER_SEC);
        text_dates_write(words->view->dates, &date, TEXT_DATE_LONG, &last);
        text_message(out, words->view->tag, words->view->strings->rule_until,
                        TEXT_ARGUMENTS({ "date", buffer_text(&date), 0 }));
}

bool rule_words(Buffer *out, const PageView *view, const Event *event, const Zone *zone)
{
        const ContentLine *line = event_property_line(event, "RRULE", 0);
        Rule rule;
        InputError error;
        if (!line || event_property_line(event, "RRULE", 1) || event_property_line(event, "RDATE", 0) ||
                        rule_parse(line->value, &rule, &error) < 0)
                return false;
        When start = event_start(event);
        int64_t day = civil_days(start.civil.year, start.civil.month, start.civil.day);
        const RuleWords words = { view, &rule, &start, civil_weekday(day) };
        if (!write_days(out, &words))
                return false;
        write_limit(out, &words, zone);
        return true;
}
