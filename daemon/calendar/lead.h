#pragma once

/*
 * How long before an occurrence a reminder goes out. `-P7D` is nominal (the same wall clock, RFC 5545,
 * 3.3.6), `-PT24H` exact, `-P1D@18:00` local: that many days before, at that clock time. It occurs in the
 * configuration, in subscriptions and in VALARMs.
 */

#include "base/time.h"
#include "calendar/when.h"

typedef struct Lead {
        bool absolute;     /* TRIGGER;VALUE=DATE-TIME: fires at `at` */
        usec_t at;         /* microseconds since the epoch */
        bool from_end;     /* RELATED=END */
        int64_t days;      /* nominal days, negative is before */
        int64_t seconds;   /* exact seconds, negative is before */
        int clock_minutes; /* minutes after local midnight of its day; -1: the event's clock time */
} Lead;

enum { LEAD_TEXT_SIZE = 40, LEAD_MAX_DAYS = 400 };

/**
 * lead_parse() - read `-P7D`, `-PT2H`, `-P1DT2H`, `PT0S`, `-P1D@18:00`, and the other forms that
 * lead_format() writes
 *
 * `END/-PT15M` counts from the end, `20210623T150000Z` is absolute, `-P1D+PT2H` is a day earlier and then
 * two hours later (a repeated alarm). Up to 400 days either way.
 * Return: 0 or -EINVAL.
 */
int lead_parse(const char *text, Lead *ret);

/**
 * lead_format() - the canonical text of a lead, which is part of the reminder's key; lead_parse() reads it
 * back as the same lead
 *
 * Hours never become days: `-PT24H` (exact) and `-P1D` (nominal) differ.
 */
void lead_format(const Lead *lead, char ret[static LEAD_TEXT_SIZE]);

/**
 * lead_is_after_start() - whether it fires after the start: `P1D` where `-P1D` was meant
 *
 * An event's own alarm may do so; a reminder's lead in the configuration or a subscription may not. False
 * for an absolute lead, for one that counts from the end, and for a clock time on the day itself.
 */
bool lead_is_after_start(const Lead *lead);

/**
 * lead_fire() - when it fires
 * @start, @end:   of the occurrence
 * @event_zone:    the zone of its dates and floating times; borrowed
 * @contact_zone:  the zone of "18:00"; NULL: the event's zone. Used by a local lead only
 *
 * A local lead counts its days from the date of the start on the clock of the zone that it follows; an
 * all-day date is the same date in every zone. Nominal days of other leads are days in the zone that the
 * start is written in, @event_zone for dates and floating times.
 * Return: microseconds since the epoch.
 */
usec_t lead_fire(const Lead *lead, const When *start, const When *end, const Zone *event_zone,
                const Zone *contact_zone);
