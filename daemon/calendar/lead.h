#pragma once

/*
 * A lead: how long before an occurrence a reminder is sent. `-P7D` is nominal: the same time on the wall
 * clock (RFC 5545, 3.3.6). `-PT24H` is exact. `-P1D@18:00` is local: at 18:00, one day before. Leads are
 * used in the configuration, in subscriptions and in VALARMs.
 */

#include "base/time.h"
#include "calendar/when.h"

typedef struct Lead {
        bool absolute;     /* TRIGGER;VALUE=DATE-TIME: fires at `at` */
        usec_t at;         /* microseconds since the epoch */
        bool from_end;     /* RELATED=END */
        int64_t days;      /* nominal days; negative if before the start or end */
        int64_t seconds;   /* exact seconds; negative if before the start or end */
        int clock_minutes; /* minutes after the midnight of `days`, local; -1 for the event's clock time */
} Lead;

enum { LEAD_TEXT_SIZE = 40, LEAD_MAX_DAYS = 400 };

/**
 * lead_parse() - read `-P7D`, `-PT2H`, `-P1DT2H`, `PT0S`, `-P1D@18:00`, and the other forms that
 * lead_format() writes
 *
 * `END/-PT15M` counts from the end, `20210623T150000Z` is absolute, `-P1D+PT2H` is a day earlier and then
 * two hours later (a repeated alarm). The limit is 400 days before or after.
 *
 * Return: 0 or -EINVAL.
 */
int lead_parse(const char *text, Lead *ret);

/**
 * lead_format() - write the canonical text of a lead. It is part of the reminder's key, and lead_parse()
 * reads it as the same lead.
 *
 * Hours are never written as days, because `-PT24H` (exact) and `-P1D` (nominal) differ.
 */
void lead_format(const Lead *lead, char ret[static LEAD_TEXT_SIZE]);

/**
 * lead_is_after_start() - whether the lead fires after the start: `P1D` instead of `-P1D`
 *
 * Such a lead is allowed in an event's own alarm, but not in the configuration or a subscription. An
 * absolute lead, a lead that counts from the end, and a clock time on the day itself do not count as after
 * the start.
 */
bool lead_is_after_start(const Lead *lead);

/**
 * lead_fire() - compute when the lead fires
 * @start, @end:  of the occurrence
 * @event_zone:   the zone of the occurrence's dates and floating times; borrowed, NULL for UTC
 * @contact_zone: the zone in which a local lead such as "18:00" is read; NULL for the event's zone
 *
 * A local lead counts its days from the date of the start in @contact_zone; an all-day date is the same
 * date in every zone. Other leads count nominal days in the zone of the start, or in @event_zone if the
 * start is a date or floating. A lead with `from_end` uses the end instead of the start.
 *
 * Return: microseconds since the epoch.
 */
usec_t lead_fire(const Lead *lead, const When *start, const When *end, const Zone *event_zone,
                const Zone *contact_zone);
