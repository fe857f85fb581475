#include "catalog/span.h"

#include <errno.h>
#include <stdlib.h>

static CivilTime on_clock(usec_t at, const Zone *zone)
{
        return zone_to_civil(zone, at / USEC_PER_SEC);
}

Span span_of(const Zone *zone, const CatalogInstance *instance)
{
        const Zone *own = instance->event->zone;
        Span span = {
                .all_day = instance->start.form == WHEN_DATE,
                .zone = zone ? zone : own,
                .at = instance->start_usec,
        };
        if (span.all_day) {
                const CivilTime *end = &instance->end.civil;
                span.zone = own;
                span.first = instance->start.civil;
                span.last = civil_from_days(civil_days(end->year, end->month, end->day - 1));
                return span;
        }
        if (instance->start.form == WHEN_FLOATING) {
                span.zone = NULL;
                span.first = instance->start.civil;
                span.last = instance->end.civil;
                return span;
        }
        span.first = on_clock(instance->start_usec, span.zone);
        span.last = on_clock(instance->end_usec, span.zone);
        return span;
}

Span span_of_event(const Zone *zone, const CatalogEvent *event)
{
        CatalogInstance instance = catalog_instance(event);
        return span_of(zone, &instance);
}

int64_t span_first_day(const Span *span)
{
        return civil_days(span->first.year, span->first.month, span->first.day);
}

int64_t span_last_day(const Span *span)
{
        int64_t first = span_first_day(span);
        int64_t last = civil_days(span->last.year, span->last.month, span->last.day);
        bool at_midnight = !span->all_day && span->last.hour == 0 && span->last.minute == 0 &&
                           span->last.second == 0;
        last -= at_midnight && last > first;
        return last > first ? last : first;
}

/* A day of 24 hours in a zone, as instants: most instances are on the day of the one before. */
typedef struct KnownDay {
        const Zone *zone;
        usec_t from, to;
        int64_t day;
} KnownDay;

static usec_t midnight(const Zone *zone, int64_t day)
{
        CivilTime civil = civil_from_days(day);
        return zone_to_instant(zone, &civil) * USEC_PER_SEC;
}

/* Returns the day at an instant. @known: updated; its zone is NULL if the day is longer or shorter */
static int64_t day_at(KnownDay *known, const Zone *zone, usec_t at)
{
        if (known->zone == zone && at >= known->from && at < known->to)
                return known->day;
        CivilTime civil = on_clock(at, zone);
        *known = (KnownDay){ .day = civil_days(civil.year, civil.month, civil.day) };
        known->from = midnight(zone, known->day);
        known->to = midnight(zone, known->day + 1);
        known->zone = known->to - known->from == USEC_PER_DAY ? zone : NULL;
        return known->day;
}

/* As span_first_day() and span_last_day() of span_of(). */
static SpanDays days_of(const Zone *zone, const CatalogInstance *instance, KnownDay *known)
{
        const Zone *shown = zone ? zone : instance->event->zone;
        if (instance->start.form != WHEN_DATE && instance->start.form != WHEN_FLOATING) {
                int64_t first = day_at(known, shown, instance->start_usec);
                int64_t last = day_at(known, shown, instance->end_usec);
                if (known->zone) {
                        last -= instance->end_usec == known->from && last > first;
                        return (SpanDays){ first, last > first ? last : first };
                }
        }
        Span span = span_of(zone, instance);
        return (SpanDays){ span_first_day(&span), span_last_day(&span) };
}

int span_days(const Zone *zone, const CatalogInstances *instances, SpanDays **ret)
{
        KnownDay known = { .zone = NULL };
        SpanDays *days = calloc(instances->n + 1, sizeof(*days));
        *ret = days;
        for (size_t i = 0; days && i < instances->n; i++)
                days[i] = days_of(zone, &instances->list[i], &known);
        return days ? 0 : -ENOMEM;
}

bool span_days_touch(const SpanDays *days, int64_t first, int64_t last)
{
        return days->first <= last && days->last >= first;
}
