#include "calendar/publish-series.h"

#include "calendar/event-data.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DATE = 'D', UTC = 'Z', LOCAL = 'L', ZONED = 'T' };

static char form_of_text(const char *value)
{
        size_t len = strcspn(value, ",;/");
        return len == 8 ? DATE : len > 0 && (value[len - 1] == 'Z' || value[len - 1] == 'z') ? UTC : LOCAL;
}

static void key_of(const ContentLine *line, char ret[static SERIES_KEY_SIZE])
{
        const char *tzid = content_line_param(line, "TZID");
        char form = form_of_text(line->value);
        if (form == LOCAL && tzid)
                snprintf(ret, SERIES_KEY_SIZE, "%c%s", ZONED, tzid);
        else
                snprintf(ret, SERIES_KEY_SIZE, "%c", form);
}

/* Whether the RANGE is not in capitals, in which alone ical.js reads it. */
static bool has_odd_range(const ContentLine *line)
{
        const char *range = content_line_param(line, "RANGE");
        return range && strcmp(range, "THISANDFUTURE") != 0;
}

static bool is_floating(const ContentLine *line)
{
        return form_of_text(line->value) == LOCAL && !content_line_param(line, "TZID");
}

/* Whether the times of a list and of its periods are of several forms, of which key_of() has the first. */
static bool has_mixed_forms(const char *values)
{
        char first = form_of_text(values);
        for (const char *at = values; (at = strpbrk(at, ",/"));)
                if (isdigit((unsigned char)*++at) && form_of_text(at) != first)
                        return true;
        return false;
}

static bool has_odd_exdates(const PublishSeries *series)
{
        return series->exdate[0] && (series->exdates_differ || strcmp(series->exdate, series->start) != 0);
}

void publish_series_note(PublishSeries *series, const ContentLine *line)
{
        char key[SERIES_KEY_SIZE];
        if (strcmp(line->name, "DTSTART") == 0) {
                key_of(line, series->component_start);
        } else if (strcmp(line->name, "RECURRENCE-ID") == 0) {
                key_of(line, key);
                series->ids_differ = series->ids_differ || has_odd_range(line) ||
                                     (series->id[0] && strcmp(series->id, key) != 0);
                strcpy(series->id, key);
                series->n_overrides++;
        } else if (strcmp(line->name, "RRULE") == 0) {
                const char *until = strcasestr(line->value, "UNTIL=");
                series->until = until ? form_of_text(until + 6) : series->until;
        } else if (strcmp(line->name, "EXDATE") == 0) {
                key_of(line, key);
                series->exdates_differ = series->exdates_differ || has_mixed_forms(line->value) ||
                                         (series->exdate[0] && strcmp(series->exdate, key) != 0);
                strcpy(series->exdate, key);
        } else if (strcmp(line->name, "RDATE") == 0) {
                series->has_floating_rdate = series->has_floating_rdate || is_floating(line);
                series->has_mixed_rdates = series->has_mixed_rdates || has_mixed_forms(line->value);
        } else if (strcmp(line->name, "EXRULE") == 0) {
                series->has_exrule = true;
        } else if (strcmp(line->name, "STATUS") == 0) {
                series->component_is_cancelled = strcasecmp(line->value, "CANCELLED") == 0;
        }
}

void publish_series_note_end(PublishSeries *series, bool is_override)
{
        if (!is_override) {
                strcpy(series->start, series->component_start);
                series->is_cancelled = series->component_is_cancelled;
        }
        series->component_start[0] = '\0';
        series->component_is_cancelled = false;
}

bool publish_series_is_odd(const PublishSeries *series)
{
        char start = series->start[0], until = start == ZONED || start == UTC ? UTC : start;
        if (!start)
                return series->n_overrides > 1 || series->has_unclear_time;
        bool may_hide = series->n_overrides > 0 && series->exdate[0];
        return series->has_exrule || series->has_unclear_time || series->has_mixed_rdates || may_hide ||
               (series->until && series->until != until) || has_odd_exdates(series) ||
               (start == ZONED && series->has_floating_rdate) ||
               (series->n_overrides > 0 && (series->is_cancelled || series->ids_differ ||
                                                           strcmp(series->id, series->start) != 0)) ||
               series->n_overrides > 1;
}

static bool is_unclear(const When *when)
{
        return when->form == WHEN_ZONED && !zone_shows_once(when->zone, &when->civil);
}

bool publish_series_is_unclear(const Event *event, size_t index)
{
        const Component *component = &event->components[index];
        bool recurs = component->is_range ||
                      (!component->is_override && (event->n_rules > 0 || event->rdates.n > 0));
        return !recurs && (is_unclear(&component->start) ||
                                          (!component->end_is_nominal && is_unclear(&component->end)));
}

/*
 * Writes a time in the form and zone of the start: many programs compare the texts, not the instants. The
 * second of two equal clock times becomes the first, which names the same instance.
 */
static void take_form(When *date, const When *start, const Zone *zone)
{
        if (date->form == start->form && date->zone == start->zone)
                return;
        when_set_instant(date, when_clock(start, zone), when_instant(date, zone) / USEC_PER_SEC);
        date->form = start->form;
        date->zone = start->zone;
        date->later = 0;
}

When publish_series_id(const Event *event, size_t component)
{
        const Component *master = &event->components[0];
        When id = event->components[component].recurrence_id;
        if (!master->is_override)
                take_form(&id, &master->start, NULL);
        return id;
}

static bool has_times(const Rule *rule)
{
        return rule->hours.n > 0 || rule->minutes.n > 0 || rule->seconds.n > 0 || rule->hour_step > 0 ||
               rule->minute_step > 0;
}

bool publish_series_rewrites_exdates(const PublishSeries *series, const Event *event)
{
        return event_start(event).form == WHEN_DATE || has_odd_exdates(series);
}

/* Several instances of a day have no time in common, so that an EXDATE for all of them stays a day. */
static bool has_one_time(const Event *event)
{
        for (size_t i = 0; i < event->n_rules; i++)
                if (has_times(event->rules[i]))
                        return false;
        return event->rdates.n == 0;
}

/* Gives a day that is excluded the time of the start: many programs ignore a day in a series with times. */
static void take_time(When *date, const When *start)
{
        date->civil.hour = start->civil.hour;
        date->civil.minute = start->civil.minute;
        date->civil.second = start->civil.second;
        date->form = start->form;
        date->zone = start->zone;
}

static void take_day(When *date, const Zone *zone)
{
        if (date->form == WHEN_UTC && zone)
                when_set_instant(date, zone, when_instant(date, NULL) / USEC_PER_SEC);
        date->form = WHEN_DATE;
}

bool publish_series_exdate(const Event *event, size_t index, const Zone *fallback, When *ret)
{
        When date, start = event_start(event);
        if (!event_excluded(event, index, &date))
                return false;
        const Zone *zone = event_zone(event, fallback);
        if (start.form == WHEN_DATE)
                take_day(&date, zone);
        else if (date.form != WHEN_DATE)
                take_form(&date, &start, zone);
        else if (has_one_time(event))
                take_time(&date, &start);
        *ret = date;
        return true;
}

static When in_utc(const When *when, const Zone *zone)
{
        return when_of_instant(NULL, when_instant(when, zone));
}

bool publish_series_rdate(const Event *event, size_t index, const Zone *fallback, When *ret, When *ret_end)
{
        if (index >= event->rdates.n)
                return false;
        const Zone *zone = event_zone(event, fallback);
        const When *start = &event->rdates.items[index], *end = &event->rdate_ends.items[index];
        bool is_odd = end->form != WHEN_NONE &&
                      (end->form != start->form || end->zone != start->zone || end->later != 0);
        *ret = is_odd ? in_utc(start, zone) : *start;
        *ret_end = is_odd ? in_utc(end, zone) : *end;
        return true;
}

const Zone *publish_series_rdate_zone(const Event *event, const ContentLine *line)
{
        const When *start = &event->components[0].start;
        return start->form == WHEN_ZONED && is_floating(line) ? start->zone : NULL;
}

/* Sets the time to the last second of the day, because an UNTIL that is a date includes the whole day. */
static void end_of_day(When *when)
{
        when->civil.hour = 23;
        when->civil.minute = when->civil.second = 59;
}

bool publish_series_until(const Event *event, const Rule *rule, char ret[static 17])
{
        const When *start = &event->components[0].start;
        if (rule->until.form == WHEN_NONE)
                return false;
        When until = rule->until;
        if (until.form == WHEN_DATE && start->form != WHEN_DATE)
                end_of_day(&until);
        if (until.form != WHEN_UTC) {
                until.form = start->form;
                until.zone = start->zone;
        }
        if (until.form == WHEN_ZONED) {
                until.civil = civil_from_seconds(when_instant(&until, NULL) / USEC_PER_SEC);
                until.form = WHEN_UTC;
        }
        when_format(&until, ret);
        return true;
}
