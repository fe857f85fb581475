#include "calendar/rule-places.h"

#include <stdlib.h>

static int compare_times(const void *a, const void *b)
{
        return *(const int *)a - *(const int *)b;
}

static bool has(const RuleList *list, int value)
{
        for (int i = 0; i < list->n; i++)
                if (list->items[i] == value)
                        return true;
        return list->n == 0;
}

/*
 * Returns a BYHOUR, BYMINUTE or BYSECOND list, or DTSTART's value if the list is empty. With a step, returns
 * the values below @size in steps from DTSTART's; then the list only limits them.
 */
static RuleList values_of(const RuleList *list, int own, int step, int size)
{
        RuleList values = { .n = 0 };
        if (!step)
                return list->n ? *list : (RuleList){ .items = { (short)own }, .n = 1 };
        for (int value = own % step; value < size && values.n < RULE_LIST_MAX; value += step)
                if (has(list, value))
                        values.items[values.n++] = (short)value;
        return values;
}

/* Computes the times of day. For a date, BYHOUR and finer parts are ignored (RFC 5545, 3.3.10). */
static void fill_times(RulePlaces *places)
{
        const Rule *rule = places->rule;
        const CivilTime *clock = &places->start->civil;
        bool is_date = places->start->form == WHEN_DATE;
        const RuleList none = { .n = 0 };
        int hour_step = is_date ? 0 : rule->hour_step, minute_step = is_date ? 0 : rule->minute_step;
        RuleList hours = values_of(is_date ? &none : &rule->hours, clock->hour, hour_step, 24);
        RuleList minutes = values_of(is_date ? &none : &rule->minutes, clock->minute, minute_step, 60);
        RuleList seconds = values_of(is_date ? &none : &rule->seconds, clock->second, 0, 60);
        for (int h = 0; h < hours.n; h++)
                for (int m = 0; m < minutes.n; m++)
                        for (int s = 0; s < seconds.n && places->n_times < RULE_TIMES_MAX; s++)
                                places->times[places->n_times++] = hours.items[h] * 3600 +
                                                                   minutes.items[m] * 60 + seconds.items[s];
        qsort(places->times, (size_t)places->n_times, sizeof(places->times[0]), compare_times);
        places->next_time = places->n_times;
}

static bool past_until(const RulePlaces *places, const Place *place)
{
        const When *until = &places->rule->until;
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

/* Gets the next start in seconds on the series' clock. Return: false if the rule gives no further day. */
static bool next_moment(RulePlaces *places, int64_t *ret)
{
        if (places->n_times == 0)
                return false;
        if (places->next_time == places->n_times) {
                if (!rule_walk_next(&places->walk, &places->day))
                        return false;
                places->next_time = 0;
        }
        *ret = places->day * SEC_PER_DAY + places->times[places->next_time++];
        return true;
}

static void advance(RulePlaces *places)
{
        int64_t start = civil_seconds(&places->start->civil), moment = INT64_MIN;
        int count = places->rule->count;
        bool start_counted = places->n_given > 0;
        while (places->has_next && moment <= start) {
                places->has_next = next_moment(places, &moment);
                if (!places->has_next || moment != start)
                        continue;
                places->gives_start = !past_until(places, &places->next);
                if (!start_counted)
                        places->n_given++;
        }
        if (!places->has_next || (count && places->n_given >= count)) {
                places->has_next = false;
                return;
        }
        places->next.when.civil = civil_from_seconds(moment);
        places->next.instant = when_instant(&places->next.when, places->zone);
        places->n_given++;
        places->has_next = !past_until(places, &places->next);
}

/*
 * In a gap of the zone's clock, such as 2:00 to 3:00 at the beginning of summer time, several times of a day
 * may be one instant: it is one start.
 */
void rule_places_next(RulePlaces *places)
{
        usec_t last = places->next.instant;
        advance(places);
        while (places->has_next && places->rule->hour_step && places->next.instant == last) {
                places->n_given--;
                advance(places);
        }
}

void rule_places_init(RulePlaces *places, const Rule *rule, const When *start, const Zone *zone,
                bool start_counts, int64_t skip_to)
{
        const CivilTime *first = &start->civil;
        *places = (RulePlaces){
                .rule = rule, .start = start, .zone = zone, .n_given = start_counts ? 1 : 0
        };
        fill_times(places);
        rule_walk_init(&places->walk, rule, civil_days(first->year, first->month, first->day), skip_to);
        places->next.when = *start;
        places->next.instant = when_instant(start, zone);
        places->has_next = true;
        rule_places_next(places);
}

void rule_places_done(RulePlaces *places)
{
        rule_walk_done(&places->walk);
}
