#include "web/lead-text.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

typedef struct LeadWords {
        const char *start, *same_day, *eve;
        const char *week, *weeks, *days, *hours, *minutes; /* {n} */
        const char *clock;                                 /* behind the day: {clock} */
} LeadWords;

static const LeadWords RU = {
        .start = "в момент начала",
        .same_day = "в день события",
        .eve = "накануне",
        .week = "за неделю",
        .weeks = "за {n, plural, one {# неделю} few {# недели} other {# недель}}",
        .days = "за {n, plural, one {# день} few {# дня} other {# дней}}",
        .hours = "за {n, plural, one {# час} few {# часа} other {# часов}}",
        .minutes = "за {n, plural, one {# минуту} few {# минуты} other {# минут}}",
        .clock = ", в {clock}",
};

static const LeadWords EN = {
        .start = "at the start",
        .same_day = "on the day",
        .eve = "the day before",
        .week = "a week before",
        .weeks = "{n, plural, one {# week} other {# weeks}} before",
        .days = "{n, plural, one {# day} other {# days}} before",
        .hours = "{n, plural, one {# hour} other {# hours}} before",
        .minutes = "{n, plural, one {# minute} other {# minutes}} before",
        .clock = ", at {clock}",
};

static const char *choose_days(const LeadWords *words, int64_t days, int64_t *ret_n)
{
        *ret_n = days % 7 == 0 ? days / 7 : days;
        return days == 0       ? words->same_day
               : days == 1     ? words->eve
               : days == 7     ? words->week
               : *ret_n < days ? words->weeks
                               : words->days;
}

static const char *choose_seconds(const LeadWords *words, int64_t seconds, int64_t *ret_n)
{
        *ret_n = seconds % 3600 == 0 ? seconds / 3600 : seconds / 60;
        return seconds == 0          ? words->start
               : seconds % 3600 == 0 ? words->hours
               : seconds % 60 == 0   ? words->minutes
                                     : NULL;
}

/* NULL where no words fit: from the end, after the start, an instant, days and hours together. */
static const char *choose(const LeadWords *words, const Lead *lead, int64_t *ret_n)
{
        if (lead->absolute || lead->from_end || lead->days > 0 || lead->seconds > 0 ||
                        (lead->days != 0 && lead->seconds != 0))
                return NULL;
        return lead->days != 0 || lead->clock_minutes >= 0 ? choose_days(words, -lead->days, ret_n)
                                                           : choose_seconds(words, -lead->seconds, ret_n);
}

int lead_text(Buffer *out, const char *language, const Lead *lead)
{
        const LeadWords *words = strcmp(language, "ru") == 0 ? &RU : &EN;
        char clock[16], canonical[LEAD_TEXT_SIZE];
        int64_t n = 0;
        const char *pattern = choose(words, lead, &n);
        if (!pattern) {
                lead_format(lead, canonical);
                buffer_puts(out, canonical);
                return buffer_error(out);
        }
        snprintf(clock, sizeof(clock), "%d:%02d", lead->clock_minutes / 60, lead->clock_minutes % 60);
        const TextArgument arguments[] = { { "n", NULL, n }, { "clock", clock, 0 }, { NULL, NULL, 0 } };
        int r = text_message(out, language, pattern, arguments);
        return r == 0 && lead->clock_minutes >= 0 ? text_message(out, language, words->clock, arguments) : r;
}

int lead_text_list(Buffer *out, const char *language, const Lead *leads, size_t n)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++) {
                buffer_puts(out, i > 0 ? "; " : "");
                r = lead_text(out, language, &leads[i]);
        }
        return r;
}
