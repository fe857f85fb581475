#include "catalog/span.h"

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
