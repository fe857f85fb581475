/*
 * The instances of an event in order: the rule's days, merged with RDATEs and with overrides of instances
 * that the rule does not give, without EXDATEs, each override in the place of its instance.
 */

#include "calendar/event-data.h"
#include "calendar/rule-walk.h"

#include <errno.h>
#include <string.h>

/* Where an instance stands in the series: its recurrence ID. */
typedef struct Place {
        When when;
        usec_t instant;
} Place;

struct OccurrenceIterator {
        const Event *event;
        const Zone *zone; /* of dates and floating times */
        usec_t from, to;
        RuleWalk walk;
        int64_t clock; /* seconds after midnight of DTSTART */
        int n_ruled;   /* places that the rule has given, DTSTART included */
        bool rule_ended;
        bool has_ruled;
        Place ruled;   /* the next place that the rule gives */
        Place *extras; /* RDATEs and RECURRENCE-IDs in order */
        size_t n_extras, next_extra;
        usec_t last; /* instant of the last place; INT64_MIN before the first */
};

static usec_t instant_of(const OccurrenceIterator *it, const When *when)
{
        return when_instant(when, it->zone);
}

static int compare_places(const void *a, const void *b)
{
        usec_t left = ((const Place *)a)->instant, right = ((const Place *)b)->instant;
        return (left > right) - (left < right);
}

static int collect_extras(OccurrenceIterator *it)
{
        const Event *event = it->event;
        size_t n = event->rdates.n + event->n_components - 1;
        it->extras = calloc(n + 1, sizeof(*it->extras));
        if (!it->extras)
                return -ENOMEM;
        for (size_t i = 0; i < event->rdates.n; i++)
                it->extras[it->n_extras++] =
                                (Place){ event->rdates.items[i], instant_of(it, &event->rdates.items[i]) };
        for (size_t i = 1; i < event->n_components; i++) {
                const When *place = &event->components[i].recurrence_id;
                it->extras[it->n_extras++] = (Place){ *place, instant_of(it, place) };
        }
        qsort(it->extras, it->n_extras, sizeof(*it->extras), compare_places);
        return 0;
}

static When at_day(const OccurrenceIterator *it, int64_t day)
{
        When when = it->event->components[0].start;
        when.civil = civil_from_seconds(day * SEC_PER_DAY + it->clock);
        return when;
}

static bool past_until(const OccurrenceIterator *it, const Place *place)
{
        const When *until = &it->event->rule.until;
        switch (until->form) {
        case WHEN_NONE:
                return false;
        case WHEN_DATE:
                return civil_days(place->when.civil.year, place->when.civil.month, place->when.civil.day) >
                       civil_days(until->civil.year, until->civil.month, until->civil.day);
        case WHEN_UTC:
                return place->instant > when_instant(until, NULL);
        default:
                return civil_seconds(&place->when.civil) > civil_seconds(&until->civil);
        }
}

/* DTSTART is the first instance and counts as one, whether the rule gives it or not (RFC 5545, 3.8.5.3). */
static void next_ruled(OccurrenceIterator *it)
{
        const Event *event = it->event;
        const Component *master = &event->components[0];
        int64_t day = 0, first = civil_days(master->start.civil.year, master->start.civil.month,
                                         master->start.civil.day);
        it->has_ruled = false;
        if (it->n_ruled == 0) {
                it->ruled = (Place){ master->start, instant_of(it, &master->start) };
        } else {
                do
                        it->rule_ended = it->rule_ended || !event->has_rule ||
                                         !rule_walk_next(&it->walk, &day);
                while (!it->rule_ended && day == first);
                if (it->rule_ended || (event->rule.count && it->n_ruled >= event->rule.count))
                        return;
                it->ruled.when = at_day(it, day);
                it->ruled.instant = instant_of(it, &it->ruled.when);
                if (past_until(it, &it->ruled)) {
                        it->rule_ended = true;
                        return;
                }
        }
        it->n_ruled++;
        it->has_ruled = true;
}

int occurrences_new(
                const Event *event, const Zone *fallback, usec_t from, usec_t to, OccurrenceIterator **ret)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *it = calloc(1, sizeof(*it));
        if (!it)
                return -ENOMEM;
        const Component *master = &event->components[0];
        const CivilTime *start = &master->start.civil;
        *it = (OccurrenceIterator){ .event = event, .from = from, .to = to, .last = INT64_MIN };
        it->zone = event_zone(event, fallback);
        int64_t first = civil_days(start->year, start->month, start->day);
        it->clock = civil_seconds(start) - first * SEC_PER_DAY;
        int r = collect_extras(it);
        if (r < 0)
                return r;
        if (event->has_rule) {
                int64_t length = (when_instant(&master->end, it->zone) -
                                                 when_instant(&master->start, it->zone)) /
                                 USEC_PER_DAY;
                int64_t skip_to = from == INT64_MIN ? INT64_MIN : from / USEC_PER_DAY - length - 3;
                rule_walk_init(&it->walk, &event->rule, first, skip_to);
        }
        if (master->start.form == WHEN_NONE)
                it->rule_ended = true;
        else
                next_ruled(it);
        *ret = TAKE_PTR(it);
        return 0;
}

OccurrenceIterator *occurrences_free(OccurrenceIterator *iterator)
{
        if (iterator) {
                rule_walk_done(&iterator->walk);
                free(iterator->extras);
                free(iterator);
        }
        return NULL;
}

/* The next place of the merged series; an instant that several sources give comes once. */
static bool next_place(OccurrenceIterator *it, Place *ret)
{
        while (it->has_ruled || it->next_extra < it->n_extras) {
                const Place *extra = it->next_extra < it->n_extras ? &it->extras[it->next_extra] : NULL;
                bool ruled = it->has_ruled && (!extra || it->ruled.instant <= extra->instant);
                Place place = ruled ? it->ruled : *extra;
                if (ruled)
                        next_ruled(it);
                else
                        it->next_extra++;
                if (place.instant == it->last)
                        continue;
                it->last = place.instant;
                *ret = place;
                return true;
        }
        return false;
}

static bool is_excluded(const OccurrenceIterator *it, const Place *place)
{
        const WhenList *list = &it->event->exdates;
        for (size_t i = 0; i < list->n; i++) {
                const When *date = &list->items[i];
                bool whole_day = date->form == WHEN_DATE && place->when.form != WHEN_DATE;
                if (whole_day ? date->civil.year == place->when.civil.year &&
                                                                date->civil.month ==
                                                                                place->when.civil.month &&
                                                                date->civil.day == place->when.civil.day
                              : instant_of(it, date) == place->instant)
                        return true;
        }
        return false;
}

static size_t override_at(const OccurrenceIterator *it, const Place *place)
{
        for (size_t i = 1; i < it->event->n_components; i++)
                if (instant_of(it, &it->event->components[i].recurrence_id) == place->instant)
                        return i;
        return 0;
}

static Occurrence make(const OccurrenceIterator *it, const Place *place)
{
        const Event *event = it->event;
        const Component *master = &event->components[0];
        size_t which = override_at(it, place);
        const Component *component = &event->components[which];
        Occurrence occurrence = {
                .start = which ? component->start : place->when,
                .status = component->status != EVENT_STATUS_NONE ? component->status : master->status,
                .component = which,
        };
        if (event_is_recurring(event))
                occurrence.recurrence_id = which ? component->recurrence_id : place->when;
        occurrence.end = component_end(component, &occurrence.start, it->zone);
        occurrence.start_usec = instant_of(it, &occurrence.start);
        occurrence.end_usec = instant_of(it, &occurrence.end);
        return occurrence;
}

int occurrences_next(OccurrenceIterator *iterator, Occurrence *ret)
{
        Place place;
        while (next_place(iterator, &place)) {
                /* Beyond @to, only an override may have been moved to before it. */
                if (place.instant >= iterator->to)
                        iterator->has_ruled = false;
                if (place.instant >= iterator->to && !override_at(iterator, &place))
                        continue;
                Occurrence occurrence = make(iterator, &place);
                if (occurrence.end_usec <= iterator->from || occurrence.start_usec >= iterator->to)
                        continue;
                if (!occurrence.component && is_excluded(iterator, &place))
                        continue;
                *ret = occurrence;
                return 0;
        }
        return OCCURRENCE_END;
}

int event_span(const Event *event, const Zone *fallback, usec_t *ret_start, usec_t *ret_end)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        const Component *master = &event->components[0];
        const Zone *zone = event_zone(event, fallback);
        usec_t start = when_instant(&master->start, zone), end = when_instant(&master->end, zone);
        bool endless = event->has_rule && !event->rule.count && event->rule.until.form == WHEN_NONE;
        if (event_is_draft(event))
                start = end = 0;
        if (event_is_draft(event) || (!event_is_recurring(event))) {
                *ret_start = start;
                *ret_end = end;
                return 0;
        }
        int r = occurrences_new(event, fallback, INT64_MIN, endless ? end : USEC_INFINITY, &iterator);
        Occurrence occurrence;
        bool any = false;
        while (r == 0 && (r = occurrences_next(iterator, &occurrence)) == 0) {
                start = !any || occurrence.start_usec < start ? occurrence.start_usec : start;
                end = !any || occurrence.end_usec > end ? occurrence.end_usec : end;
                any = true;
        }
        if (r < 0)
                return r;
        *ret_start = start;
        *ret_end = endless ? USEC_INFINITY : end;
        return 0;
}
