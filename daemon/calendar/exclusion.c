#include "calendar/exclusion.h"

#include <errno.h>
#include <stdlib.h>

/*
 * A shorter time between two overrides is walked through. A zone differs from UTC by less than the margin.
 */
enum { SKIPPED_DAYS = 400, MARGIN_DAYS = 4 };

static int compare_numbers(const void *a, const void *b)
{
        int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
        return (left > right) - (left < right);
}

static bool has_number(const int64_t *sorted, size_t n, int64_t number)
{
        return n > 0 && bsearch(&number, sorted, n, sizeof(number), compare_numbers);
}

static void sort_numbers(int64_t *numbers, size_t n)
{
        qsort(numbers, n, sizeof(*numbers), compare_numbers);
}

static int64_t day_of(const CivilTime *civil)
{
        return civil_days(civil->year, civil->month, civil->day);
}

int64_t exclusion_day(const Zone *zone, const When *date)
{
        CivilTime civil = date->form == WHEN_UTC && zone ? zone_to_civil(zone, civil_seconds(&date->civil))
                                                         : date->civil;
        return day_of(&civil);
}

/*
 * Whether the clock of the series never shows the time of an EXDATE. The instant of such a time is that of a
 * later clock time, which is the next instance's if the clock skips a whole day.
 */
static bool is_in_gap(const Exclusions *exclusions, const When *date)
{
        const When *start = &exclusions->event->components[0].start;
        const Zone *zone = when_clock(date, exclusions->zone);
        if (date->form != start->form || date->zone != start->zone || !zone)
                return false;
        CivilTime shown = zone_to_civil(zone, zone_to_instant(zone, &date->civil));
        return civil_seconds(&shown) != civil_seconds(&date->civil);
}

usec_t series_first_instant(const Event *event, const Zone *fallback, usec_t instant)
{
        const Component *first = &event->components[0];
        const When *start = first->is_override ? &first->recurrence_id : &first->start;
        const Zone *zone = when_clock(start, fallback);
        if (!zone)
                return instant;
        CivilTime civil = zone_to_civil(zone, instant / USEC_PER_SEC);
        return zone_to_instant(zone, &civil) * USEC_PER_SEC;
}

usec_t series_place(const Event *event, const Zone *fallback, const Component *override)
{
        return series_first_instant(event, fallback, when_instant(&override->recurrence_id, fallback));
}

/* Adds an instant, and the first one at which the clock of the series shows the same time. */
static void add_instant(const Exclusions *exclusions, usec_t instant, int64_t *instants, size_t *n)
{
        usec_t first = series_first_instant(exclusions->event, exclusions->zone, instant);
        instants[(*n)++] = instant;
        if (first != instant)
                instants[(*n)++] = first;
}

static void exclude(Exclusions *exclusions, const When *date)
{
        bool days = exclusions->event->components[0].start.form == WHEN_DATE;
        if (days || date->form == WHEN_DATE)
                exclusions->days[exclusions->n_days++] = exclusion_day(exclusions->zone, date);
        else if (is_in_gap(exclusions, date))
                exclusions->gaps[exclusions->n_gaps++] = civil_seconds(&date->civil);
        else
                add_instant(exclusions, when_instant(date, exclusions->zone), exclusions->instants,
                                &exclusions->n_instants);
}

/* Only a rule without COUNT can begin at a later day. */
static bool can_skip(const Event *event)
{
        for (size_t i = 0; i < event->n_exrules; i++)
                if (event->exrules[i]->count)
                        return false;
        return true;
}

/* Excludes the overrides of the starts that the EXRULEs give. Years between two overrides are skipped. */
static int exclude_overrides(Exclusions *exclusions)
{
        ExclusionRules rules;
        const Event *event = exclusions->event;
        if (event->n_exrules == 0)
                return 0;
        int r = exclusion_rules_init(&rules, event, exclusions->zone, INT64_MIN);
        usec_t last = rules.start;
        bool skips = can_skip(event);
        for (size_t i = 0; r == 0 && i < exclusions->n_overridden; i++) {
                usec_t instant = exclusions->overridden[i];
                if (skips && instant - last > SKIPPED_DAYS * USEC_PER_DAY) {
                        exclusion_rules_done(&rules);
                        r = exclusion_rules_init(&rules, event, exclusions->zone,
                                        instant / USEC_PER_DAY - MARGIN_DAYS);
                }
                if (r == 0 && exclusion_rules_have(&rules, instant))
                        exclusions->instants[exclusions->n_instants++] = instant;
                last = instant;
        }
        exclusion_rules_done(&rules);
        return r;
}

int exclusions_init(Exclusions *exclusions, const Event *event, const Zone *zone)
{
        size_t n = event->exdates.n, n_components = event->n_components;
        *exclusions = (Exclusions){
                .event = event,
                .zone = zone,
                .instants = calloc(2 * n + 2 * n_components + 1, sizeof(int64_t)),
                .days = calloc(n + 1, sizeof(int64_t)),
                .gaps = calloc(n + 1, sizeof(int64_t)),
                .overridden = calloc(2 * n_components + 1, sizeof(int64_t)),
        };
        if (!exclusions->instants || !exclusions->days || !exclusions->gaps || !exclusions->overridden)
                return -ENOMEM;
        for (size_t i = 0; i < n; i++)
                exclude(exclusions, &event->exdates.items[i]);
        for (size_t i = 0; i < n_components; i++)
                if (event->components[i].is_override)
                        add_instant(exclusions, when_instant(&event->components[i].recurrence_id, zone),
                                        exclusions->overridden, &exclusions->n_overridden);
        sort_numbers(exclusions->overridden, exclusions->n_overridden);
        int r = exclude_overrides(exclusions);
        sort_numbers(exclusions->instants, exclusions->n_instants);
        sort_numbers(exclusions->days, exclusions->n_days);
        sort_numbers(exclusions->gaps, exclusions->n_gaps);
        return r;
}

void exclusions_done(Exclusions *exclusions)
{
        free(exclusions->instants);
        free(exclusions->days);
        free(exclusions->gaps);
        free(exclusions->overridden);
}

bool exclusions_have(const Exclusions *exclusions, const When *start, usec_t instant)
{
        return has_number(exclusions->instants, exclusions->n_instants, instant) ||
               has_number(exclusions->days, exclusions->n_days, day_of(&start->civil)) ||
               has_number(exclusions->gaps, exclusions->n_gaps, civil_seconds(&start->civil));
}

bool exclusions_replace(const Exclusions *exclusions, usec_t instant)
{
        return has_number(exclusions->overridden, exclusions->n_overridden, instant);
}

int exclusion_rules_init(ExclusionRules *rules, const Event *event, const Zone *zone, int64_t skip_to)
{
        const When *start = &event->components[0].start;
        *rules = (ExclusionRules){ .start = when_instant(start, zone) };
        if (event->n_exrules == 0 || event->components[0].is_override)
                return 0;
        rules->rules = calloc(event->n_exrules, sizeof(*rules->rules));
        if (!rules->rules)
                return -ENOMEM;
        for (; rules->n < event->n_exrules; rules->n++)
                rule_places_init(&rules->rules[rules->n], event->exrules[rules->n], start, zone, false,
                                skip_to);
        return 0;
}

void exclusion_rules_done(ExclusionRules *rules)
{
        for (size_t i = 0; i < rules->n; i++)
                rule_places_done(&rules->rules[i]);
        free(rules->rules);
}

bool exclusion_rules_have(ExclusionRules *rules, usec_t instant)
{
        bool found = false;
        for (size_t i = 0; i < rules->n; i++) {
                RulePlaces *rule = &rules->rules[i];
                while (rule->has_next && rule->next.instant < instant)
                        rule_places_next(rule);
                found = found || (rule->has_next && rule->next.instant == instant) ||
                        (rule->gives_start && instant == rules->start);
        }
        return found;
}
