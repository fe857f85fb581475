#include "calendar/lead.h"

#include "calendar/value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
        DURATION_TEXT_SIZE = 32,
        CLOCK_NONE = -1,
};

#define END_PREFIX "END/"

static int parse_clock(const char *text, int *ret_minutes)
{
        int digits[4];
        if (strlen(text) != 5 || text[2] != ':')
                return -EINVAL;
        for (size_t i = 0; i < 4; i++) {
                digits[i] = text[i + (i > 1 ? 1 : 0)] - '0';
                if (digits[i] < 0 || digits[i] > 9)
                        return -EINVAL;
        }
        int hours = digits[0] * 10 + digits[1], minutes = digits[2] * 10 + digits[3];
        if (hours > 23 || minutes > 59)
                return -EINVAL;
        *ret_minutes = hours * 60 + minutes;
        return 0;
}

static int add_duration(const char *text, Lead *lead)
{
        Duration duration;
        int r = value_parse_duration(text, &duration);
        if (r < 0)
                return r;
        lead->days += duration.negative ? -duration.days : duration.days;
        lead->seconds += duration.negative ? -duration.seconds : duration.seconds;
        return 0;
}

/*
 * Reads one or two durations, such as `-P1D+PT2H`. If there are two, the first has only days, and the second
 * only hours, minutes and seconds. lead_format() writes two only if their signs differ.
 */
static int parse_durations(const char *first, const char *second, Lead *lead)
{
        int r = add_duration(first, lead);
        if (r < 0 || *second == '\0')
                return r;
        if (lead->seconds != 0 || lead->days == 0)
                return -EINVAL;
        int64_t days = lead->days;
        r = add_duration(second, lead);
        if (r < 0)
                return r;
        return lead->days == days && lead->seconds != 0 ? 0 : -EINVAL;
}

static bool within_bounds(const Lead *lead)
{
        int64_t most = LEAD_MAX_DAYS * SEC_PER_DAY;
        return lead->days >= -LEAD_MAX_DAYS && lead->days <= LEAD_MAX_DAYS && lead->seconds >= -most &&
               lead->seconds <= most;
}

static int parse_relative(const char *text, Lead *lead)
{
        char first[LEAD_TEXT_SIZE], second[LEAD_TEXT_SIZE] = "";
        if (*text == '\0' || strlen(text) >= sizeof(first))
                return -EINVAL;
        strcpy(first, text);
        char *clock = strchr(first, '@');
        if (clock)
                *clock++ = '\0';
        char *sign = *first ? strpbrk(first + 1, "+-") : NULL;
        if (sign) {
                strcpy(second, sign);
                *sign = '\0';
        }
        int r = parse_durations(first, second, lead);
        if (r < 0 || !within_bounds(lead))
                return -EINVAL;
        if (!clock)
                return 0;
        /* A clock time replaces hours. With both of them the lead would be ambiguous. */
        return lead->seconds == 0 ? parse_clock(clock, &lead->clock_minutes) : -EINVAL;
}

static int parse_absolute(const char *text, Lead *ret)
{
        When when;
        int r = when_parse(text, &when);
        if (r < 0 || when.form != WHEN_UTC)
                return -EINVAL;
        *ret = (Lead){ .absolute = true, .at = when_instant(&when, NULL), .clock_minutes = CLOCK_NONE };
        return 0;
}

int lead_parse(const char *text, Lead *ret)
{
        if (*text >= '0' && *text <= '9')
                return parse_absolute(text, ret);
        Lead lead = { .clock_minutes = CLOCK_NONE };
        if (strncmp(text, END_PREFIX, strlen(END_PREFIX)) == 0) {
                lead.from_end = true;
                text += strlen(END_PREFIX);
        }
        int r = parse_relative(text, &lead);
        if (r < 0)
                return r;
        *ret = lead;
        return 0;
}

/* Writes hours, minutes and seconds as `T2H30M`; writes nothing for 0. */
static void format_clock_part(int64_t seconds, char ret[static DURATION_TEXT_SIZE])
{
        static const struct {
                int64_t seconds;
                char designator;
        } units[] = { { 3600, 'H' }, { 60, 'M' }, { 1, 'S' } };
        int len = 0;
        ret[0] = '\0';
        for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
                if (seconds < units[i].seconds)
                        continue;
                len += snprintf(ret + len, DURATION_TEXT_SIZE - (size_t)len, "%s%lld%c", len == 0 ? "T" : "",
                                (long long)(seconds / units[i].seconds), units[i].designator);
                seconds %= units[i].seconds;
        }
}

static void format_relative(const Lead *lead, char ret[static LEAD_TEXT_SIZE])
{
        char clock_part[DURATION_TEXT_SIZE], days[DURATION_TEXT_SIZE] = "", at[8] = "";
        bool mixed = (lead->days < 0 && lead->seconds > 0) || (lead->days > 0 && lead->seconds < 0);
        bool negative = lead->days < 0 || (lead->days == 0 && lead->seconds < 0);
        format_clock_part(lead->seconds < 0 ? -lead->seconds : lead->seconds, clock_part);
        if (lead->days != 0 || lead->clock_minutes >= 0)
                snprintf(days, sizeof(days), "%lldD",
                                (long long)(lead->days < 0 ? -lead->days : lead->days));
        if (lead->clock_minutes >= 0)
                snprintf(at, sizeof(at), "@%02u:%02u", (unsigned)lead->clock_minutes / 60 % 24,
                                (unsigned)lead->clock_minutes % 60);
        snprintf(ret, LEAD_TEXT_SIZE, "%s%sP%s%s%s%s", lead->from_end ? END_PREFIX : "", negative ? "-" : "",
                        days, mixed ? (negative ? "+P" : "-P") : "",
                        !days[0] && !clock_part[0] ? "T0S" : clock_part, at);
}

void lead_format(const Lead *lead, char ret[static LEAD_TEXT_SIZE])
{
        if (lead->absolute)
                time_format_utc(lead->at, ret);
        else
                format_relative(lead, ret);
}

bool lead_is_after_start(const Lead *lead)
{
        return !lead->absolute && !lead->from_end && lead->days * SEC_PER_DAY + lead->seconds > 0;
}

/* Returns the zone in which a time is written; NULL for UTC. */
static const Zone *own_zone(const When *when, const Zone *event_zone)
{
        if (when->form == WHEN_ZONED)
                return when->zone;
        return when->form == WHEN_UTC ? NULL : event_zone;
}

static int64_t instant_in(const Zone *zone, int64_t local_seconds)
{
        CivilTime civil = civil_from_seconds(local_seconds);
        return zone ? zone_to_instant(zone, &civil) : local_seconds;
}

/* Returns the date of @from on the clock of @zone, in days since the epoch. */
static int64_t date_in(const When *from, const Zone *event_zone, const Zone *zone)
{
        CivilTime civil = from->civil;
        if (from->form != WHEN_DATE && zone)
                civil = zone_to_civil(zone, when_instant(from, event_zone) / USEC_PER_SEC);
        return civil_days(civil.year, civil.month, civil.day);
}

static usec_t fire_by_clock(const Lead *lead, const When *from, const Zone *event_zone, const Zone *zone)
{
        int64_t day = date_in(from, event_zone, zone) + lead->days;
        return instant_in(zone, day * SEC_PER_DAY + lead->clock_minutes * 60) * USEC_PER_SEC;
}

usec_t lead_fire(const Lead *lead, const When *start, const When *end, const Zone *event_zone,
                const Zone *contact_zone)
{
        if (lead->absolute)
                return lead->at;
        const When *from = lead->from_end ? end : start;
        if (lead->clock_minutes >= 0)
                return fire_by_clock(lead, from, event_zone, contact_zone ? contact_zone : event_zone);
        int64_t local = civil_seconds(&from->civil) + lead->days * SEC_PER_DAY;
        return (instant_in(own_zone(from, event_zone), local) + lead->seconds) * USEC_PER_SEC;
}
