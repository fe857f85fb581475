#include "calendar/alarm.h"

#include "base/phrase.h"
#include "calendar/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { REPEAT_MAX = 50 };

static int refuse(InputError *error, size_t line, const char *where, const char *what)
{
        input_error_set(error, line, where, "%s", phrase(what));
        return EVENT_E_INVALID;
}

static int read_trigger(const ContentLine *line, Lead *ret, InputError *error)
{
        const char *type = content_line_param(line, "VALUE"), *related = content_line_param(line, "RELATED");
        Lead lead = { .clock_minutes = -1 };
        if (type && strcasecmp(type, "DATE-TIME") == 0) {
                When when;
                if (when_parse(line->value, &when) < 0 || when.form != WHEN_UTC)
                        return refuse(error, line->number, "TRIGGER", "is no time in UTC");
                lead.absolute = true;
                lead.at = when_instant(&when, NULL);
        } else {
                Duration duration;
                if (value_parse_duration(line->value, &duration) < 0 || duration.days > LEAD_MAX_DAYS ||
                                duration.seconds > LEAD_MAX_DAYS * SEC_PER_DAY)
                        return refuse(error, line->number, "TRIGGER", "is no duration of at most 400 days");
                lead.days = duration.negative ? -duration.days : duration.days;
                lead.seconds = duration.negative ? -duration.seconds : duration.seconds;
                lead.from_end = related && strcasecmp(related, "END") == 0;
        }
        *ret = lead;
        return 0;
}

static int read_repeats(const Alarm *alarm, int *ret_n, Duration *ret_step, InputError *error)
{
        const ContentLine *repeat = line_list_find(&alarm->lines, "REPEAT", 0);
        const ContentLine *duration = line_list_find(&alarm->lines, "DURATION", 0);
        *ret_n = 0;
        if (!repeat && !duration)
                return 0;
        if (!repeat || !duration)
                return refuse(error, alarm->line, "VALARM", "needs both REPEAT and DURATION, or neither");
        char *end;
        long n = strtol(repeat->value, &end, 10);
        if (!repeat->value[0] || *end || n < 0 || n > REPEAT_MAX)
                return refuse(error, repeat->number, "REPEAT", "is no number from 0 to 50");
        if (value_parse_duration(duration->value, ret_step) < 0 || duration_seconds(ret_step) <= 0 ||
                        duration_seconds(ret_step) > LEAD_MAX_DAYS * SEC_PER_DAY)
                return refuse(error, duration->number, "DURATION", "is no duration of at most 400 days");
        *ret_n = (int)n;
        return 0;
}

/* Refuses repeats of which the last is farther from the start than a trigger may be. */
static int check_last(const Alarm *alarm, const Lead *first, int n, const Duration *step, InputError *error)
{
        if (first->absolute || first->seconds + n * duration_seconds(step) <= LEAD_MAX_DAYS * SEC_PER_DAY)
                return 0;
        return refuse(error, alarm->line, "VALARM", "repeats more than 400 days later");
}

int alarm_check(Arena *arena, Alarm *alarm, InputError *ret_error)
{
        const ContentLine *action = line_list_find(&alarm->lines, "ACTION", 0);
        const ContentLine *trigger = line_list_find(&alarm->lines, "TRIGGER", 0);
        int n;
        Duration step = { 0 };
        Lead first;
        if (!action || !trigger)
                return refuse(ret_error, alarm->line, "VALARM", action ? "has no TRIGGER" : "has no ACTION");
        int r = read_trigger(trigger, &first, ret_error);
        if (r == 0)
                r = read_repeats(alarm, &n, &step, ret_error);
        if (r == 0)
                r = check_last(alarm, &first, n, &step, ret_error);
        if (r != 0)
                return r;
        alarm->email = strcasecmp(action->value, "EMAIL") == 0;
        alarm->leads = arena_allocate(arena, ((size_t)n + 1) * sizeof(*alarm->leads));
        if (!alarm->leads)
                return -ENOMEM;
        for (int i = 0; i <= n; i++) {
                Lead lead = first;
                if (lead.absolute)
                        lead.at += i * duration_seconds(&step) * USEC_PER_SEC;
                else
                        lead.seconds += i * duration_seconds(&step);
                alarm->leads[alarm->n_leads++] = lead;
        }
        return 0;
}
