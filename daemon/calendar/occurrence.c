/*
 * The instances of an event, in the order of their actual starts.
 *
 * A series is a set of original starts ("places"): DTSTART, RDATEs and the starts that the rules give. Each
 * start is one instance, unless an EXDATE or EXRULE removes it or an override replaces it. The series is
 * divided into stretches. The first is the master's. Each override with RANGE=THISANDFUTURE begins another
 * stretch, whose instances have the override's properties and are moved by the same time as the override
 * (RFC 5545, 3.8.4.4). Each stretch gives its instances in order, and the other overrides are sorted; the
 * iterator always returns the earliest instance of all these.
 *
 * An EXDATE or EXRULE also removes an override of the same instance: an excluded instance is not in the
 * recurrence set (RFC 5545, 3.8.5.1), so it cannot be changed. ical.js and recurring-ical-events 3 do the
 * same.
 */

#include "calendar/exclusion.h"

#include <errno.h>
#include <string.h>

/* As many starts in a row that EXRULEs exclude end a series, which may exclude all of them for ever. */
enum { EXCLUDED_MAX = 100000 };

/* A series with more instances counts as endless. A rule with COUNT has no more. */
enum { SPAN_MAX = 100000 };

typedef struct Stretch {
        size_t component; /* index of the override with RANGE=THISANDFUTURE; 0 for the master */
        usec_t until;     /* the original start at which the next stretch begins */
        RulePlaces *rules;
        ExclusionRules exclusions;
        size_t next_extra;
        size_t n_excluded; /* number of starts that the EXRULEs have excluded since the last instance */
        usec_t last;       /* the last original start that was not left out */
        bool has_next;
        Occurrence next;
} Stretch;

struct OccurrenceIterator {
        const Event *event;
        const Zone *zone; /* of dates and floating times */
        usec_t from, to;
        Place *extras; /* DTSTART and RDATEs, in order */
        size_t n_extras;
        Exclusions exclusions;
        Occurrence *overrides; /* in order of start */
        size_t n_overrides, next_override;
        Stretch *stretches;
        size_t n_stretches;
};

static usec_t instant_of(const OccurrenceIterator *it, const When *when)
{
        return when_instant(when, it->zone);
}

/* Sorts by instant. Of equal starts, an RDATE with a period comes first, so that its end is used. */
static int compare_places(const void *a, const void *b)
{
        const Place *left = a, *right = b;
        if (left->instant != right->instant)
                return left->instant < right->instant ? -1 : 1;
        return (left->end == NULL) - (right->end == NULL);
}

static int compare_occurrences(const void *a, const void *b)
{
        const Occurrence *left = a, *right = b;
        if (left->start_usec != right->start_usec)
                return left->start_usec < right->start_usec ? -1 : 1;
        return (left->component > right->component) - (left->component < right->component);
}

static int collect_extras(OccurrenceIterator *it)
{
        const Event *event = it->event;
        const When *start = &event->components[0].start;
        it->extras = calloc(event->rdates.n + 1, sizeof(*it->extras));
        if (!it->extras)
                return -ENOMEM;
        it->extras[it->n_extras++] = (Place){ .when = *start, .instant = instant_of(it, start) };
        for (size_t i = 0; i < event->rdates.n; i++) {
                const When *when = &event->rdates.items[i], *end = &event->rdate_ends.items[i];
                it->extras[it->n_extras++] =
                                (Place){ *when, instant_of(it, when), end->form != WHEN_NONE ? end : NULL };
        }
        qsort(it->extras, it->n_extras, sizeof(*it->extras), compare_places);
        return 0;
}

/* Returns the status of an instance. A cancelled series cancels its changed instances, too. */
static EventStatus status_of(const Event *event, const Component *component)
{
        EventStatus series =
                        event->components[0].is_override ? EVENT_STATUS_NONE : event->components[0].status;
        if (series == EVENT_CANCELLED || component->status == EVENT_STATUS_NONE)
                return series;
        return component->status;
}

static Occurrence make(const OccurrenceIterator *it, size_t which, const When *place, const When *start,
                const When *end)
{
        const Component *component = &it->event->components[which];
        Occurrence occurrence = {
                .start = *start,
                .status = status_of(it->event, component),
                .component = which,
        };
        if (event_is_recurring(it->event))
                occurrence.recurrence_id = *place;
        occurrence.end = end ? *end : component_end(component, start, it->zone);
        occurrence.start_usec = instant_of(it, &occurrence.start);
        occurrence.end_usec = instant_of(it, &occurrence.end);
        return occurrence;
}

static int collect_overrides(OccurrenceIterator *it)
{
        const Event *event = it->event;
        it->overrides = calloc(event->n_components + 1, sizeof(*it->overrides));
        if (!it->overrides)
                return -ENOMEM;
        for (size_t i = 0; i < event->n_components; i++) {
                const Component *component = &event->components[i];
                const When *place = &component->recurrence_id;
                if (!component->is_override)
                        continue;
                if (!exclusions_have(&it->exclusions, place, series_place(event, it->zone, component)))
                        it->overrides[it->n_overrides++] = make(it, i, place, &component->start, NULL);
        }
        qsort(it->overrides, it->n_overrides, sizeof(*it->overrides), compare_occurrences);
        return 0;
}

/* Converts an original start to the clock of the override's RECURRENCE-ID. */
static CivilTime on_clock_of(const OccurrenceIterator *it, const When *place, const When *id)
{
        bool alike = place->form == id->form && place->zone == id->zone;
        if (alike || id->form == WHEN_DATE || id->form == WHEN_FLOATING)
                return place->civil;
        int64_t instant = instant_of(it, place) / USEC_PER_SEC;
        return id->form == WHEN_UTC ? civil_from_seconds(instant) : zone_to_civil(id->zone, instant);
}

/*
 * Returns the start of an instance in the stretch of an override: its original start, moved by as much
 * wall-clock time as the override's start is moved from its RECURRENCE-ID.
 */
static When moved(const OccurrenceIterator *it, const Component *override, const When *place)
{
        CivilTime civil = on_clock_of(it, place, &override->recurrence_id);
        int64_t behind = civil_seconds(&civil) - civil_seconds(&override->recurrence_id.civil);
        When start = override->start;
        start.civil = civil_from_seconds(civil_seconds(&start.civil) + behind);
        if (start.form == WHEN_DATE)
                start.civil.hour = start.civil.minute = start.civil.second = 0;
        return start;
}

/* Returns the earliest of the next starts of the RDATEs and of each rule; NULL after the last one. */
static const Place *earliest_place(const OccurrenceIterator *it, const Stretch *stretch)
{
        const Place *earliest = stretch->next_extra < it->n_extras ? &it->extras[stretch->next_extra] : NULL;
        for (size_t i = 0; i < it->event->n_rules; i++) {
                const RulePlaces *rule = &stretch->rules[i];
                if (rule->has_next && (!earliest || rule->next.instant < earliest->instant))
                        earliest = &rule->next;
        }
        return earliest;
}

static bool is_same_place(const Place *a, const Place *b)
{
        return a->instant == b->instant && civil_seconds(&a->when.civil) == civil_seconds(&b->when.civil);
}

/*
 * Gets the stretch's next original start. If several rules or RDATEs give it, it is returned once. Instant
 * and clock time must both be equal, because a time that the clock skips has the instant of a later time.
 */
static bool next_place(const OccurrenceIterator *it, Stretch *stretch, Place *ret)
{
        const Place *earliest = earliest_place(it, stretch);
        if (!earliest || earliest->instant >= stretch->until)
                return false;
        *ret = *earliest;
        while (stretch->next_extra < it->n_extras && is_same_place(&it->extras[stretch->next_extra], ret))
                stretch->next_extra++;
        for (size_t i = 0; i < it->event->n_rules; i++)
                while (stretch->rules[i].has_next && is_same_place(&stretch->rules[i].next, ret))
                        rule_places_next(&stretch->rules[i]);
        return true;
}

/* Whether an instance is over at `from`. One without a duration that begins then is not. */
static bool is_before(const OccurrenceIterator *it, const Occurrence *occurrence)
{
        return occurrence->end_usec <= it->from && occurrence->start_usec < it->from;
}

static void next_of_stretch(const OccurrenceIterator *it, Stretch *stretch)
{
        const Component *component = &it->event->components[stretch->component];
        usec_t begin = stretch->component ? instant_of(it, &component->recurrence_id) : INT64_MIN;
        Place place;
        stretch->has_next = false;
        while (!stretch->has_next && next_place(it, stretch, &place)) {
                if (place.instant < begin || place.instant == stretch->last ||
                                exclusions_replace(&it->exclusions, place.instant) ||
                                exclusions_have(&it->exclusions, &place.when, place.instant))
                        continue;
                if (exclusion_rules_have(&stretch->exclusions, place.instant)) {
                        if (++stretch->n_excluded == EXCLUDED_MAX)
                                return;
                        continue;
                }
                stretch->last = place.instant;
                stretch->n_excluded = 0;
                When start = stretch->component ? moved(it, component, &place.when) : place.when;
                const When *end = stretch->component ? NULL : place.end;
                stretch->next = make(it, stretch->component, &place.when, &start, end);
                if (stretch->next.start_usec >= it->to)
                        return;
                stretch->has_next = !is_before(it, &stretch->next);
        }
}

/* Returns the day from which the rule must be expanded: instances that begin earlier end before `from`. */
static int64_t skip_to(const OccurrenceIterator *it, const Component *component)
{
        if (it->from == INT64_MIN)
                return INT64_MIN;
        usec_t length = instant_of(it, &component->end) - instant_of(it, &component->start);
        usec_t shift = component->is_override ? instant_of(it, &component->start) -
                                                                instant_of(it, &component->recurrence_id)
                                              : 0;
        return it->from / USEC_PER_DAY - length / USEC_PER_DAY - shift / USEC_PER_DAY - 4;
}

static int add_stretch(OccurrenceIterator *it, size_t component, usec_t until)
{
        const Event *event = it->event;
        Stretch *stretch = &it->stretches[it->n_stretches];
        int64_t day = skip_to(it, &event->components[component]);
        *stretch = (Stretch){ .component = component, .until = until, .last = INT64_MIN };
        stretch->rules = calloc(event->n_rules + 1, sizeof(*stretch->rules));
        if (!stretch->rules)
                return -ENOMEM;
        for (size_t i = 0; i < event->n_rules; i++)
                rule_places_init(&stretch->rules[i], event->rules[i], &event->components[0].start, it->zone,
                                event->n_rules == 1, day);
        it->n_stretches++;
        return exclusion_rules_init(&stretch->exclusions, event, it->zone, day);
}

/* Returns the override that begins the next stretch after the start @after; 0 if there is none. */
static size_t next_range(const OccurrenceIterator *it, usec_t after)
{
        size_t next = 0;
        for (size_t i = 1; i < it->event->n_components; i++) {
                const Component *component = &it->event->components[i];
                usec_t place = instant_of(it, &component->recurrence_id);
                if (component->is_range && place > after &&
                                (!next || place < instant_of(it, &it->event->components[next]
                                                                                  .recurrence_id)))
                        next = i;
        }
        return next;
}

static int begin_stretches(OccurrenceIterator *it)
{
        const Event *event = it->event;
        it->stretches = calloc(event->n_ranges + 1, sizeof(*it->stretches));
        if (!it->stretches)
                return -ENOMEM;
        if (event->components[0].is_override || event->components[0].start.form == WHEN_NONE)
                return 0;
        usec_t begin = INT64_MIN;
        int r = 0;
        for (size_t component = 0, next = 0; r == 0; component = next) {
                next = event->n_ranges ? next_range(it, begin) : 0;
                begin = next ? instant_of(it, &event->components[next].recurrence_id) : USEC_INFINITY;
                r = add_stretch(it, component, begin);
                if (r == 0)
                        next_of_stretch(it, &it->stretches[it->n_stretches - 1]);
                if (!next)
                        break;
        }
        return r;
}

int occurrences_new(
                const Event *event, const Zone *fallback, usec_t from, usec_t to, OccurrenceIterator **ret)
{
        *ret = NULL;
        CLEANUP(occurrences_freep) OccurrenceIterator *it = calloc(1, sizeof(*it));
        if (!it)
                return -ENOMEM;
        *it = (OccurrenceIterator){ .event = event, .from = from, .to = to };
        it->zone = event_zone(event, fallback);
        int r = collect_extras(it);
        if (r == 0)
                r = exclusions_init(&it->exclusions, event, it->zone);
        if (r == 0)
                r = collect_overrides(it);
        if (r == 0)
                r = begin_stretches(it);
        if (r == 0)
                *ret = TAKE_PTR(it);
        return r;
}

int series_each_start(const Event *event, const Zone *fallback,
                int (*on_start)(const When *start, usec_t instant, bool is_excluded, void *userdata),
                void *userdata)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *it = calloc(1, sizeof(*it));
        Place place;
        if (!it)
                return -ENOMEM;
        *it = (OccurrenceIterator){ .event = event, .from = INT64_MIN, .to = INT64_MIN };
        it->zone = event_zone(event, fallback);
        int r = collect_extras(it);
        it->stretches = r == 0 ? calloc(1, sizeof(*it->stretches)) : NULL;
        if (r == 0)
                r = it->stretches ? add_stretch(it, 0, USEC_INFINITY) : -ENOMEM;
        for (int i = 0; r == 0 && i < EXCLUDED_MAX && next_place(it, it->stretches, &place); i++)
                r = on_start(&place.when, place.instant,
                                exclusion_rules_have(&it->stretches->exclusions, place.instant), userdata);
        return r;
}

OccurrenceIterator *occurrences_free(OccurrenceIterator *iterator)
{
        if (!iterator)
                return NULL;
        for (size_t i = 0; i < iterator->n_stretches; i++) {
                for (size_t k = 0; k < iterator->event->n_rules; k++)
                        rule_places_done(&iterator->stretches[i].rules[k]);
                free(iterator->stretches[i].rules);
                exclusion_rules_done(&iterator->stretches[i].exclusions);
        }
        free(iterator->stretches);
        free(iterator->extras);
        exclusions_done(&iterator->exclusions);
        free(iterator->overrides);
        free(iterator);
        return NULL;
}

static Stretch *earliest_stretch(OccurrenceIterator *it)
{
        Stretch *earliest = NULL;
        for (size_t i = 0; i < it->n_stretches; i++) {
                Stretch *stretch = &it->stretches[i];
                if (stretch->has_next && (!earliest || stretch->next.start_usec < earliest->next.start_usec))
                        earliest = stretch;
        }
        return earliest;
}

int occurrences_next(OccurrenceIterator *iterator, Occurrence *ret)
{
        for (;;) {
                Stretch *stretch = earliest_stretch(iterator);
                const Occurrence *override = iterator->next_override < iterator->n_overrides
                                                             ? &iterator->overrides[iterator->next_override]
                                                             : NULL;
                if (stretch && (!override || stretch->next.start_usec <= override->start_usec)) {
                        *ret = stretch->next;
                        next_of_stretch(iterator, stretch);
                        return 0;
                }
                if (!override || override->start_usec >= iterator->to)
                        return OCCURRENCE_END;
                iterator->next_override++;
                if (!is_before(iterator, override)) {
                        *ret = *override;
                        return 0;
                }
        }
}

/* Whether a rule has no end. */
static bool is_endless(const Event *event)
{
        for (size_t i = 0; i < event->n_rules; i++)
                if (!event->rules[i]->count && event->rules[i]->until.form == WHEN_NONE)
                        return true;
        return false;
}

int event_span(const Event *event, const Zone *fallback, usec_t *ret_start, usec_t *ret_end)
{
        CLEANUP(occurrences_freep) OccurrenceIterator *iterator = NULL;
        const Component *master = &event->components[0];
        const Zone *zone = event_zone(event, fallback);
        usec_t start = when_instant(&master->start, zone), end = when_instant(&master->end, zone);
        bool endless = is_endless(event);
        bool dateless = event_is_draft(event) || event_is_availability(event);
        if (dateless)
                start = end = 0;
        if (dateless || !event_is_recurring(event)) {
                *ret_start = start;
                *ret_end = end;
                return 0;
        }
        int r = occurrences_new(event, fallback, INT64_MIN, endless ? end : USEC_INFINITY, &iterator);
        Occurrence occurrence;
        bool any = false;
        for (int n = 0; r == 0 && (r = occurrences_next(iterator, &occurrence)) == 0; n++) {
                endless = endless || n == SPAN_MAX;
                if (n == SPAN_MAX)
                        break;
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
