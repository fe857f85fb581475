/*
 * Reads the X-CONVENED-MEETING-* lines by a table. One pass over the lines both checks and reads them, so
 * that nothing is accepted that is not read.
 */

#include "calendar/offer.h"

#include "base/phrase.h"
#include "calendar/event-data.h"
#include "calendar/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "X-CONVENED-MEETING-"

enum { DAILY_MAX = 1000, BUFFER_MAX = 24 * 3600, NOTICE_MAX_DAYS = 365 };

/* The line that is being read, and where its value is stored. */
typedef struct Reading {
        Event *event; /* decoded texts are in its arena */
        Offer *offer;
        const ContentLine *line;
        InputError *error;
} Reading;

static int refuse(const Reading *reading, const char *reason)
{
        input_error_set(reading->error, reading->line->number, reading->line->name, "%s", phrase(reason));
        return EVENT_E_INVALID;
}

static int read_text(const Reading *reading, const char **ret)
{
        const char *text = event_unescape(reading->event, reading->line->value, reading->line->value_len);
        if (!text)
                return -ENOMEM;
        if (!text[0])
                return refuse(reading, "is empty");
        *ret = text;
        return 0;
}

static int read_host(const Reading *reading)
{
        return read_text(reading, &reading->offer->host);
}

static int read_event(const Reading *reading)
{
        return read_text(reading, &reading->offer->of_event);
}

static int read_duration(const Reading *reading, Duration *ret)
{
        if (value_parse_duration(reading->line->value, ret) < 0)
                return refuse(reading, "is no duration");
        return ret->negative ? refuse(reading, "is negative") : 0;
}

/* Reads a duration of exact length. */
static int read_seconds(const Reading *reading, int64_t *ret)
{
        Duration duration;
        int r = read_duration(reading, &duration);
        if (r == 0 && duration.days)
                r = refuse(reading, "must be in hours, minutes and seconds");
        if (r == 0)
                *ret = duration.seconds;
        return r;
}

static int compare_lengths(const void *a, const void *b)
{
        usec_t left = *(const usec_t *)a, right = *(const usec_t *)b;
        return (left > right) - (left < right);
}

static int read_length(const Reading *reading)
{
        Offer *offer = reading->offer;
        int64_t seconds = 0;
        int r = read_seconds(reading, &seconds);
        if (r != 0)
                return r;
        if (seconds < OFFER_LENGTH_MIN || seconds > OFFER_LENGTH_MAX)
                return refuse(reading, "must be from 5 minutes to 24 hours");
        for (size_t i = 0; i < offer->n_lengths; i++)
                if (offer->lengths[i] == seconds * USEC_PER_SEC)
                        return refuse(reading, "is there twice with one value");
        if (offer->n_lengths == OFFER_DURATIONS_MAX)
                return refuse(reading, "comes too often in one object");
        offer->lengths[offer->n_lengths++] = seconds * USEC_PER_SEC;
        qsort(offer->lengths, offer->n_lengths, sizeof(offer->lengths[0]), compare_lengths);
        return 0;
}

static int read_buffer(const Reading *reading, usec_t *ret)
{
        int64_t seconds = 0;
        int r = read_seconds(reading, &seconds);
        if (r == 0 && seconds > BUFFER_MAX)
                r = refuse(reading, "is longer than 24 hours");
        if (r == 0)
                *ret = seconds * USEC_PER_SEC;
        return r;
}

static int read_before(const Reading *reading)
{
        return read_buffer(reading, &reading->offer->before);
}

static int read_after(const Reading *reading)
{
        return read_buffer(reading, &reading->offer->after);
}

static int read_notice(const Reading *reading)
{
        Duration *notice = &reading->offer->notice;
        int r = read_duration(reading, notice);
        if (r == 0 && duration_seconds(notice) > NOTICE_MAX_DAYS * SEC_PER_DAY)
                r = refuse(reading, "is longer than 365 days");
        return r;
}

static int read_horizon(const Reading *reading)
{
        Duration *horizon = &reading->offer->horizon;
        int r = read_duration(reading, horizon);
        if (r == 0 && duration_seconds(horizon) > OFFER_HORIZON_MAX_DAYS * SEC_PER_DAY)
                r = refuse(reading, "is longer than 400 days");
        return r;
}

static int read_number(const Reading *reading, long max, int *ret)
{
        const char *value = reading->line->value;
        char *end;
        long number = strtol(value, &end, 10);
        if (value[0] < '0' || value[0] > '9' || *end || number < 1 || number > max)
                return refuse(reading, "is no whole number within its bounds");
        *ret = (int)number;
        return 0;
}

static int read_daily_max(const Reading *reading)
{
        return read_number(reading, DAILY_MAX, &reading->offer->daily_max);
}

static int read_seats(const Reading *reading)
{
        return read_number(reading, OFFER_SEATS_MAX, &reading->offer->seats);
}

static int add_place(Offer *offer, const char *place)
{
        if (offer_place(offer, place) >= 0)
                return 0;
        if (offer->n_places == OFFER_PLACES_MAX)
                return -E2BIG;
        offer->places[offer->n_places++] = place;
        return 0;
}

static int read_place(const Reading *reading)
{
        const char *place = NULL;
        int r = read_text(reading, &place);
        if (r == 0 && add_place(reading->offer, place) < 0)
                r = refuse(reading, "comes too often in one object");
        return r;
}

static int read_confirm(const Reading *reading)
{
        bool host = strcasecmp(reading->line->value, "HOST") == 0;
        reading->offer->confirm = host ? OFFER_CONFIRM_HOST : OFFER_CONFIRM_AUTO;
        return host || strcasecmp(reading->line->value, "AUTO") == 0
                               ? 0
                               : refuse(reading, "must be AUTO or HOST");
}

static int read_listed(const Reading *reading)
{
        bool listed = strcasecmp(reading->line->value, "TRUE") == 0;
        reading->offer->listed = listed;
        return listed || strcasecmp(reading->line->value, "FALSE") == 0
                               ? 0
                               : refuse(reading, "must be TRUE or FALSE");
}

static int read_addresses(const Reading *reading)
{
        bool shows = strcasecmp(reading->line->value, "TRUE") == 0;
        reading->offer->shows_addresses = shows;
        return shows || strcasecmp(reading->line->value, "FALSE") == 0
                               ? 0
                               : refuse(reading, "must be TRUE or FALSE");
}

static int read_keep_declined(const Reading *reading)
{
        bool keeps = strcasecmp(reading->line->value, "TRUE") == 0;
        reading->offer->keeps_declined = keeps;
        return keeps || strcasecmp(reading->line->value, "FALSE") == 0
                               ? 0
                               : refuse(reading, "must be TRUE or FALSE");
}

static const struct {
        const char *name; /* without the prefix */
        bool many;
        int (*read)(const Reading *reading);
} properties[] = {
        { "HOST", false, read_host },
        { "EVENT", false, read_event },
        { "DURATION", true, read_length },
        { "BUFFER-BEFORE", false, read_before },
        { "BUFFER-AFTER", false, read_after },
        { "NOTICE", false, read_notice },
        { "HORIZON", false, read_horizon },
        { "DAILY-MAX", false, read_daily_max },
        { "SEATS", false, read_seats },
        { "PLACE", true, read_place },
        { "CONFIRM", false, read_confirm },
        { "LISTED", false, read_listed },
        { "ADDRESSES", false, read_addresses },
        { "KEEP-DECLINED", false, read_keep_declined },
};

enum { N_PROPERTIES = sizeof(properties) / sizeof(properties[0]) };

static int read_line(const Reading *reading, unsigned *seen)
{
        const char *name = reading->line->name;
        if (strncmp(name, PREFIX, sizeof(PREFIX) - 1) != 0)
                return 0;
        for (unsigned i = 0; i < N_PROPERTIES; i++) {
                if (strcmp(properties[i].name, name + sizeof(PREFIX) - 1) != 0)
                        continue;
                if (!properties[i].many && *seen & 1U << i)
                        return refuse(reading, "comes twice, but may come once");
                *seen |= 1U << i;
                return properties[i].read(reading);
        }
        return refuse(reading, "is no property of meetings");
}

/* Whether an offer has hours without a LOCATION, or no hours at all. */
static bool has_common_hours(const Event *event)
{
        const Event *hours;
        for (size_t i = 0; (hours = event_available(event, i)); i++) {
                const char *place = event_text_property(hours, "LOCATION");
                if (!place || !place[0])
                        return true;
        }
        return event->n_available == 0;
}

/* Adds the places that are only in the LOCATION of hours, after the places of the other hours. */
static int add_places_of_hours(const Event *event, Offer *offer, InputError *error)
{
        const Event *hours;
        if (offer->n_places == 0 && has_common_hours(event))
                offer->places[offer->n_places++] = "";
        offer->n_common = offer->n_places;
        for (size_t i = 0; (hours = event_available(event, i)); i++) {
                const char *place = event_text_property(hours, "LOCATION");
                if (place && place[0] && add_place(offer, place) < 0)
                        return component_refuse(&event->components[0], NULL, "has too many places", error);
        }
        return 0;
}

static const Zone *zone_of_hours(const Event *event)
{
        const Event *hours;
        for (size_t i = 0; (hours = event_available(event, i)); i++)
                if (event_start(hours).form == WHEN_ZONED)
                        return event_start(hours).zone;
        return NULL;
}

static int read_offer(const Event *event, Offer *offer, InputError *error)
{
        const LineList *lines = &event->components[0].lines;
        unsigned seen = 0;
        int r = 0;
        for (size_t i = 0; r == 0 && i < lines->n; i++) {
                /* `const` is cast away: the event's arena grows, but no parsed value changes. */
                Reading reading = { (Event *)event, offer, &lines->items[i], error };
                r = read_line(&reading, &seen);
        }
        if (r == 0 && offer->n_lengths == 0)
                offer->lengths[offer->n_lengths++] = OFFER_LENGTH_DEFAULT * USEC_PER_SEC;
        return r != 0 ? r : add_places_of_hours(event, offer, error);
}

static Offer defaults(void)
{
        return (Offer){
                .horizon = { .days = OFFER_HORIZON_DEFAULT_DAYS },
                .seats = 1,
                .listed = true,
        };
}

int offer_check(const Event *event, InputError *ret_error)
{
        Offer offer = defaults();
        return read_offer(event, &offer, ret_error);
}

int offer_read(const Event *event, const Zone *zone, Offer *ret)
{
        InputError unused;
        Offer offer = defaults();
        if (!event_is_availability(event))
                return OFFER_E_NONE;
        int r = read_offer(event, &offer, &unused);
        if (r < 0)
                return r;
        if (r != 0 || !offer.host)
                return OFFER_E_NONE;
        const Zone *of_hours = zone_of_hours(event);
        const char *summary = event_text_property(event, "SUMMARY");
        offer.event = event;
        offer.uid = event_uid(event);
        offer.summary = summary ? summary : "";
        offer.zone = event_zone(event, of_hours ? of_hours : zone);
        offer.from = event_start(event);
        offer.to = event_end(event);
        bool endless = !event_property_line(event, "DTEND", 0) && !event_property_line(event, "DURATION", 0);
        if (endless)
                offer.to.form = WHEN_NONE;
        *ret = offer;
        return 0;
}

int offer_place(const Offer *offer, const char *place)
{
        for (size_t i = 0; i < offer->n_places; i++)
                if (strcmp(offer->places[i], place) == 0)
                        return (int)i;
        return -1;
}

/* Adds a duration to an instant. The days of the duration follow the wall clock of @zone. */
static usec_t shift(usec_t now, const Duration *duration, const Zone *zone)
{
        int64_t instant = now / USEC_PER_SEC;
        CivilTime civil = zone_to_civil(zone, instant);
        civil = civil_from_seconds(civil_seconds(&civil) + duration->days * SEC_PER_DAY);
        if (duration->days)
                instant = zone_to_instant(zone, &civil);
        return (instant + duration->seconds) * USEC_PER_SEC + now % USEC_PER_SEC;
}

usec_t offer_earliest(const Offer *offer, usec_t now)
{
        return shift(now, &offer->notice, offer->zone);
}

usec_t offer_latest(const Offer *offer, usec_t now)
{
        return shift(now, &offer->horizon, offer->zone);
}
