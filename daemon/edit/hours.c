#include "edit/hours.h"

#include "base/language.h"
#include "base/text-dates.h"
#include "base/text.h"
#include "calendar/component-build.h"
#include "calendar/edit.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define UID_DOMAIN "convened"

enum { UID_BYTES = 128, NAME_BYTES = 256, DAY_MINUTES = 24 * 60, A_SUNDAY = 3, LETTERS_MIN = 2 };

static const char *const rule_days[] = { "SU", "MO", "TU", "WE", "TH", "FR", "SA" };

/* Replaces en dashes and em dashes by hyphens, in place. */
static void plain_dashes(char *text)
{
        char *to = text;
        for (const char *from = text; *from;) {
                bool is_dash = strncmp(from, "\xE2\x80\x93", 3) == 0 ||
                               strncmp(from, "\xE2\x80\x94", 3) == 0;
                *to++ = is_dash ? '-' : *from;
                from += is_dash ? 3 : 1;
        }
        *to = '\0';
}

static char *trim(char *text)
{
        while (*text == ' ' || *text == '\t')
                text++;
        size_t len = strlen(text);
        while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
                text[--len] = '\0';
        return text;
}

/* Whether @name, folded, is the short name of a weekday in a language, or the beginning of its full name. */
static int matches(const char *name, const char *language, int weekday, bool *ret)
{
        CLEANUP(buffer_done) Buffer brief = BUFFER_INIT(NAME_BYTES);
        CLEANUP(buffer_done) Buffer full = BUFFER_INIT(NAME_BYTES);
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(NAME_BYTES);
        CLEANUP(buffer_done) Buffer folded_full = BUFFER_INIT(NAME_BYTES);
        const CivilTime day = civil_from_days(A_SUNDAY + weekday);
        int r = text_date(&brief, language, TEXT_DATE_WEEKDAY_SHORT, &day);
        if (r == 0)
                r = text_date(&full, language, TEXT_DATE_WEEKDAY_NAME, &day);
        if (r == 0)
                r = text_fold(&folded, buffer_text(&brief));
        if (r == 0)
                r = text_fold(&folded_full, buffer_text(&full));
        *ret = strcmp(name, buffer_text(&folded)) == 0 ||
               strncmp(name, buffer_text(&folded_full), strlen(name)) == 0;
        return r;
}

static size_t count_letters(const char *text)
{
        size_t n = 0;
        for (; *text; text++)
                n += (*text & 0xC0) != 0x80;
        return n;
}

/* Finds a weekday by its name in any language. */
static int find_weekday(char *word, int *ret)
{
        CLEANUP(buffer_done) Buffer name = BUFFER_INIT(NAME_BYTES);
        int r = text_fold(&name, trim(word));
        if (r != 0 || count_letters(buffer_text(&name)) < LETTERS_MIN)
                return -EINVAL;
        for (int language = 0; language < LANGUAGES_N; language++)
                for (int weekday = 0; weekday < 7; weekday++) {
                        bool found = false;
                        r = matches(buffer_text(&name), language_tag((Language)language), weekday, &found);
                        if (r != 0)
                                return r;
                        *ret = weekday;
                        if (found)
                                return 0;
                }
        return -EINVAL;
}

/* Reads `Mo`, or `Mo-Fr`. */
static int read_weekdays(char *word, HoursWords *hours)
{
        char *last = strchr(word, '-');
        int from, to;
        if (last)
                *last++ = '\0';
        int r = find_weekday(word, &from);
        if (r != 0)
                return r;
        to = from;
        if (last)
                r = find_weekday(last, &to);
        for (int day = from; r == 0; day = (day + 1) % 7) {
                hours->weekdays |= 1U << day;
                if (day == to)
                        break;
        }
        return r;
}

static int read_date(const char *text, int64_t *ret)
{
        CivilTime civil = { .year = 0 };
        int end = 0;
        if (sscanf(text, "%4d-%2d-%2d%n", &civil.year, &civil.month, &civil.day, &end) != 3 || text[end] ||
                        !civil_valid(&civil))
                return -EINVAL;
        *ret = civil_days(civil.year, civil.month, civil.day);
        return 0;
}

static int read_dates(char *text, HoursWords *hours)
{
        char *last = strstr(text, "..");
        if (last) {
                *last = '\0';
                last = trim(last + 2);
        }
        hours->has_dates = true;
        int r = read_date(trim(text), &hours->first);
        hours->last = hours->first;
        if (r == 0 && last)
                r = read_date(last, &hours->last);
        return r == 0 && hours->last < hours->first ? -EINVAL : r;
}

static int read_days(char *text, HoursWords *hours)
{
        char *word;
        int r = 0;
        if (!text[0])
                return 0;
        if (isdigit((unsigned char)text[0]))
                return read_dates(text, hours);
        while (r == 0 && (word = strsep(&text, ",")))
                r = read_weekdays(word, hours);
        return r;
}

static int read_span(const char *text, HoursSpan *ret)
{
        int from, from_minute, to, to_minute, end = 0;
        if (sscanf(text, " %2d:%2d - %2d:%2d %n", &from, &from_minute, &to, &to_minute, &end) != 4 ||
                        text[end])
                return -EINVAL;
        bool is_valid = from >= 0 && from < 24 && to >= 0 && to <= 24 && from_minute >= 0 &&
                        from_minute < 60 && to_minute >= 0 && to_minute < 60 && !(to == 24 && to_minute > 0);
        *ret = (HoursSpan){ from * 60 + from_minute, to * 60 + to_minute };
        if (!is_valid || ret->start == ret->end)
                return -EINVAL;
        if (ret->end < ret->start)
                ret->end += DAY_MINUTES;
        return 0;
}

static int read_spans(char *text, HoursWords *hours)
{
        char *word;
        int r = 0;
        while (r == 0 && (word = strsep(&text, ","))) {
                if (hours->n_spans == HOURS_SPANS_MAX)
                        return -EINVAL;
                r = read_span(word, &hours->spans[hours->n_spans++]);
        }
        return r;
}

/*
 * Finds the first clock time: it begins with the digits before the first colon. NULL if there is no colon.
 */
static char *find_times(char *text)
{
        char *colon = strchr(text, ':');
        while (colon && colon > text && isdigit((unsigned char)colon[-1]))
                colon--;
        return colon;
}

int hours_parse(const char *text, HoursWords *ret)
{
        char copy[HOURS_TEXT_SIZE];
        HoursWords hours = { .weekdays = 0 };
        if (snprintf(copy, sizeof(copy), "%s", text) >= (int)sizeof(copy))
                return -EINVAL;
        char *place = strchr(copy, '@');
        if (place) {
                *place++ = '\0';
                snprintf(hours.place, sizeof(hours.place), "%s", trim(place));
        }
        plain_dashes(copy);
        char *times = find_times(copy), days[HOURS_TEXT_SIZE];
        if (!times || (place && !hours.place[0]))
                return -EINVAL;
        snprintf(days, sizeof(days), "%.*s", (int)(times - copy), copy);
        int r = read_days(trim(days), &hours);
        if (r == 0)
                r = read_spans(times, &hours);
        if (r == 0)
                *ret = hours;
        return r;
}

static void format_time(int64_t day, int minutes, char *ret, size_t size)
{
        CivilTime civil = civil_from_seconds(day * SEC_PER_DAY + minutes * 60);
        snprintf(ret, size, "%04d%02d%02dT%02d%02d00", civil.year, civil.month, civil.day, civil.hour,
                        civil.minute);
}

static void write_rule(const HoursWords *hours, Buffer *out)
{
        CLEANUP(buffer_done) Buffer rule = BUFFER_INIT(NAME_BYTES);
        const char *comma = "";
        if (hours->has_dates && hours->first == hours->last)
                return;
        if (hours->has_dates) {
                buffer_printf(&rule, "FREQ=DAILY;COUNT=%d", (int)(hours->last - hours->first + 1));
        } else if (!hours->weekdays) {
                buffer_puts(&rule, "FREQ=DAILY");
        } else {
                buffer_puts(&rule, "FREQ=WEEKLY;BYDAY=");
                for (int i = 1; i <= 7; i++) {
                        if (!(hours->weekdays & 1U << i % 7))
                                continue;
                        buffer_printf(&rule, "%s%s", comma, rule_days[i % 7]);
                        comma = ",";
                }
        }
        component_build_line(&(BuildProperty){ "RRULE", NULL, buffer_text(&rule), false }, out);
}

/* Returns the first day on or after @first that has the hours. */
static int64_t first_day(const HoursWords *hours, int64_t first)
{
        if (hours->has_dates)
                return hours->first;
        while (hours->weekdays && !(hours->weekdays & 1U << civil_weekday(first)))
                first++;
        return first;
}

int hours_write(const HoursWords *hours, const char *params, int64_t first, usec_t now, Buffer *out)
{
        char uid[UID_BYTES], stamp[17], start[17 + 16], end[17 + 16];
        int64_t day = first_day(hours, first);
        time_format_utc(now, stamp);
        for (int i = 0; i < hours->n_spans; i++) {
                int r = edit_make_uid(UID_DOMAIN, uid, sizeof(uid));
                if (r != 0)
                        return r;
                format_time(day, hours->spans[i].start, start, sizeof(start));
                format_time(day, hours->spans[i].end, end, sizeof(end));
                buffer_puts(out, "BEGIN:AVAILABLE\r\n");
                component_build_line(&(BuildProperty){ "UID", NULL, uid, false }, out);
                component_build_line(&(BuildProperty){ "DTSTAMP", NULL, stamp, false }, out);
                component_build_line(&(BuildProperty){ "DTSTART", params, start, false }, out);
                component_build_line(&(BuildProperty){ "DTEND", params, end, false }, out);
                write_rule(hours, out);
                if (hours->place[0])
                        component_build_line(&(BuildProperty){ "LOCATION", NULL, hours->place, true }, out);
                buffer_puts(out, "END:AVAILABLE\r\n");
        }
        return buffer_error(out);
}

/* Reads the weekdays of a rule with nothing else in it: `FREQ=WEEKLY;BYDAY=MO,TU`. */
static bool read_weekly(const char *rule, unsigned *ret)
{
        static const char prefix[] = "FREQ=WEEKLY;BYDAY=";
        if (strncmp(rule, prefix, sizeof(prefix) - 1) != 0)
                return false;
        *ret = 0;
        for (const char *at = rule + sizeof(prefix) - 1;; at += 3) {
                int day = 0;
                while (day < 7 && strncmp(rule_days[day], at, 2) != 0)
                        day++;
                if (day == 7 || (at[2] && at[2] != ','))
                        return false;
                *ret |= 1U << day;
                if (!at[2])
                        return true;
        }
}

static int append_weekday(int weekday, const char *language, Buffer *out)
{
        const CivilTime day = civil_from_days(A_SUNDAY + weekday);
        return text_date(out, language, TEXT_DATE_WEEKDAY_SHORT, &day);
}

/* Appends the weekdays, beginning with Monday. Three and more in a row become a range. */
static int append_weekdays(unsigned weekdays, const char *language, Buffer *out)
{
        int r = 0;
        for (int from = 1; r == 0 && from <= 7; from++) {
                int to = from;
                if (!(weekdays & 1U << from % 7))
                        continue;
                while (to < 7 && weekdays & 1U << (to + 1) % 7)
                        to++;
                if (to < from + 2)
                        to = from;
                buffer_puts(out, out->len > 0 && out->data[out->len - 1] != ' ' ? "," : "");
                r = append_weekday(from % 7, language, out);
                if (r == 0 && to > from) {
                        buffer_putc(out, '-');
                        r = append_weekday(to % 7, language, out);
                }
                from = to;
        }
        buffer_putc(out, ' ');
        return r;
}

/* Appends the date of the start; for several days, the first and the last date. */
static void append_dates(const When *start, int n_days, Buffer *out)
{
        const CivilTime *first = &start->civil;
        CivilTime last = civil_from_days(civil_days(first->year, first->month, first->day) + n_days - 1);
        buffer_printf(out, "%04d-%02d-%02d", first->year, first->month, first->day);
        if (n_days > 1)
                buffer_printf(out, "..%04d-%02d-%02d", last.year, last.month, last.day);
        buffer_putc(out, ' ');
}

/*
 * Reads the number of days of a rule with nothing else in it: `FREQ=DAILY;COUNT=3`. Return: 0 for other
 * rules.
 */
static int read_days_in_row(const char *rule)
{
        int n = 0, end = 0;
        return sscanf(rule, "FREQ=DAILY;COUNT=%5d%n", &n, &end) == 1 && !rule[end] && n > 0 ? n : 0;
}

int hours_describe(const Event *event, const char *language, Buffer *out)
{
        const ContentLine *rule = event_property_line(event, "RRULE", 0);
        const char *place = event_text_property(event, "LOCATION");
        When start = event_start(event), end = event_end(event);
        unsigned weekdays = 0;
        bool is_daily = rule && strcmp(rule->value, "FREQ=DAILY") == 0;
        bool is_weekly = rule && read_weekly(rule->value, &weekdays);
        int n_days = rule ? read_days_in_row(rule->value) : 0, r = 0;
        if (is_weekly)
                r = append_weekdays(weekdays, language, out);
        else if (!is_daily)
                append_dates(&start, n_days, out);
        buffer_printf(out, "%02d:%02d-%02d:%02d", start.civil.hour, start.civil.minute, end.civil.hour,
                        end.civil.minute);
        if (rule && !is_daily && !is_weekly && !n_days)
                buffer_printf(out, " (%s)", rule->value);
        if (place && place[0])
                buffer_printf(out, " @ %s", place);
        return r != 0 ? r : buffer_error(out);
}
