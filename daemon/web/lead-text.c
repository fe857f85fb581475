#include "web/lead-text.h"

#include "base/text.h"
#include "web/strings.h"

#include <stdio.h>

static const char *choose_days(const WebStrings *strings, int64_t days, int64_t *ret_n)
{
        *ret_n = days % 7 == 0 ? days / 7 : days;
        return days == 0       ? strings->lead_same_day
               : days == 1     ? strings->lead_eve
               : days == 7     ? strings->lead_week
               : *ret_n < days ? strings->lead_weeks
                               : strings->lead_days;
}

static const char *choose_seconds(const WebStrings *strings, int64_t seconds, int64_t *ret_n)
{
        *ret_n = seconds % 3600 == 0 ? seconds / 3600 : seconds / 60;
        return seconds == 0          ? strings->lead_start
               : seconds % 3600 == 0 ? strings->lead_hours
               : seconds % 60 == 0   ? strings->lead_minutes
                                     : NULL;
}

/*
 * Chooses the pattern for a lead. Return: NULL for leads without one: those from the end, after the start,
 * at an instant, or with days and hours.
 */
static const char *choose(const WebStrings *strings, const Lead *lead, int64_t *ret_n)
{
        if (lead->absolute || lead->from_end || lead->days > 0 || lead->seconds > 0 ||
                        (lead->days != 0 && lead->seconds != 0))
                return NULL;
        return lead->days != 0 || lead->clock_minutes >= 0 ? choose_days(strings, -lead->days, ret_n)
                                                           : choose_seconds(strings, -lead->seconds, ret_n);
}

int lead_text(Buffer *out, Language language, const Lead *lead)
{
        const WebStrings *strings = web_strings(language);
        char clock[16], canonical[LEAD_TEXT_SIZE];
        int64_t n = 0;
        const char *pattern = choose(strings, lead, &n);
        if (!pattern) {
                lead_format(lead, canonical);
                buffer_puts(out, canonical);
                return buffer_error(out);
        }
        snprintf(clock, sizeof(clock), "%02d:%02d", lead->clock_minutes / 60, lead->clock_minutes % 60);
        const TextArgument arguments[] = { { "n", NULL, n }, { "clock", clock, 0 }, { NULL, NULL, 0 } };
        int r = text_message(out, language_tag(language), pattern, arguments);
        return r == 0 && lead->clock_minutes >= 0
                               ? text_message(out, language_tag(language), strings->lead_clock, arguments)
                               : r;
}

int lead_text_list(Buffer *out, Language language, const Lead *leads, size_t n)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < n; i++) {
                buffer_puts(out, i > 0 ? "; " : "");
                r = lead_text(out, language, &leads[i]);
        }
        return r;
}
