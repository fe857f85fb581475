#include "meet/hours.h"

#include <string.h>

/* The properties that all occurrences of one AVAILABLE share. */
typedef struct Series {
        const Event *event;
        const Offer *offer;
        int place;
        bool by_wall;     /* DTSTART and DTEND are in one zone, so ends follow its wall clock */
        bool has_periods; /* an RDATE has periods, which have ends of their own */
        const Zone *zone; /* the zone of DTSTART */
        int64_t wall;     /* seconds from DTSTART to DTEND on the wall clock */
        usec_t exact;     /* microseconds from DTSTART to DTEND */
} Series;

static bool has_periods(const Event *event)
{
        const ContentLine *line = NULL;
        while ((line = event_property_next(event, "RDATE", line)))
                if (strchr(line->value, '/'))
                        return true;
        return false;
}

static Series series_of(const Offer *offer, const Event *event)
{
        When start = event_start(event), end = event_end(event);
        const char *place = event_text_property(event, "LOCATION");
        return (Series){
                .event = event,
                .offer = offer,
                .place = place && place[0] ? offer_place(offer, place) : -1,
                .by_wall = event_property_line(event, "DTEND", 0) && start.form == WHEN_ZONED &&
                           end.form == WHEN_ZONED && start.zone == end.zone,
                .has_periods = has_periods(event),
                .zone = start.zone,
                .wall = civil_seconds(&end.civil) - civil_seconds(&start.civil),
                .exact = when_instant(&end, NULL) - when_instant(&start, NULL),
        };
}

/* Returns the end of hours that begin at @civil, by the wall clock. */
static usec_t wall_end(const Series *series, const CivilTime *civil)
{
        CivilTime end = civil_from_seconds(civil_seconds(civil) + series->wall);
        return zone_to_instant(series->zone, &end) * USEC_PER_SEC;
}

/*
 * An override or a period of an RDATE keeps its own end. A start in a gap of the clock moves to after the
 * gap. If the end by the wall clock is then not after the start, the end moves by the same span.
 */
static usec_t end_of(const Series *series, const Occurrence *occurrence)
{
        bool own_end = occurrence->component != 0 ||
                       (series->has_periods &&
                                       occurrence->end_usec - occurrence->start_usec != series->exact);
        if (!series->by_wall || own_end)
                return occurrence->end_usec;
        usec_t end = wall_end(series, &occurrence->start.civil);
        if (end > occurrence->start_usec)
                return end;
        CivilTime start = zone_to_civil(series->zone, occurrence->start_usec / USEC_PER_SEC);
        return wall_end(series, &start);
}

static int each_of_series(const Series *series, usec_t from, usec_t to,
                int (*on_hours)(const Hours *hours, void *userdata), void *userdata)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        Occurrence occurrence;
        /*
         * The iterator compares exact ends. An end by the wall clock differs from that by about a day at
         * most.
         */
        int r = occurrences_new(series->event, series->offer->zone, from - 2 * USEC_PER_DAY, to, &iterator);
        while (r == 0 && (r = occurrences_next(iterator, &occurrence)) == 0) {
                Hours hours = { occurrence.start_usec, end_of(series, &occurrence), series->place };
                if (occurrence.status != EVENT_CANCELLED && hours.end > from && hours.end > hours.start)
                        r = on_hours(&hours, userdata);
        }
        return r == OCCURRENCE_END ? 0 : r;
}

int hours_each(const Offer *offer, usec_t from, usec_t to,
                int (*on_hours)(const Hours *hours, void *userdata), void *userdata)
{
        const Event *event;
        int r = 0;
        for (size_t i = 0; r == 0 && (event = event_available(offer->event, i)); i++) {
                Series series = series_of(offer, event);
                r = each_of_series(&series, from, to, on_hours, userdata);
        }
        return r;
}
