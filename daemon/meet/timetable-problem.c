/* Builds the matching problem from the offers, busy times and hours of an event. */

#include "base/array.h"
#include "meet/hours.h"
#include "meet/timetable-internal.h"

#include <errno.h>
#include <string.h>

enum { DAYS_BESIDE = 3 }; /* the days of the first and last time, and one more in another zone */

/* A day of an offer with a daily maximum; the problem has one limit for it. */
typedef struct LimitDay {
        size_t offer;
        int64_t day;
} LimitDay;

/*
 * Whether a meeting of a wish fits the slot: nobody has joined it, and it has the shortest length of the
 * offer.
 */
static bool is_usable(const Offer *offer, const Slot *slot)
{
        return slot->seats_left == offer->seats && slot->end - slot->start == offer->lengths[0];
}

static int compare_times(const void *a, const void *b)
{
        const MatchSlot *left = a, *right = b;
        if (left->start != right->start)
                return left->start < right->start ? -1 : 1;
        if (left->end != right->end)
                return left->end < right->end ? -1 : 1;
        if (left->before != right->before)
                return left->before < right->before ? -1 : 1;
        return (left->after > right->after) - (left->after < right->after);
}

static MatchSlot time_of(const Offer *offer, const Slot *slot)
{
        return (MatchSlot){ slot->start, slot->end, offer->before, offer->after };
}

static size_t count_slots(const Exchange *exchange)
{
        size_t n = 0;
        for (size_t i = 0; i < exchange->n_offers; i++)
                n += exchange->offers[i].list.n;
        return n;
}

/* Lists the time of each usable slot, each time once. */
static int make_times(Exchange *exchange)
{
        size_t n = 0, kept = 0;
        exchange->times = calloc(count_slots(exchange) + 1, sizeof(*exchange->times));
        if (!exchange->times)
                return -ENOMEM;
        for (size_t i = 0; i < exchange->n_offers; i++) {
                const EventOffer *offer = &exchange->offers[i];
                for (size_t k = 0; k < offer->list.n; k++)
                        if (is_usable(&offer->slots.offer, &offer->list.items[k]))
                                exchange->times[n++] = time_of(&offer->slots.offer, &offer->list.items[k]);
        }
        qsort(exchange->times, n, sizeof(*exchange->times), compare_times);
        for (size_t i = 0; i < n; i++)
                if (kept == 0 || compare_times(&exchange->times[kept - 1], &exchange->times[i]) != 0)
                        exchange->times[kept++] = exchange->times[i];
        exchange->problem.slots = exchange->times;
        exchange->problem.n_slots = kept;
        return 0;
}

/* Returns the index of a place; places with one name are one place for all offers of the event. */
static int place_index(Exchange *exchange, const char *name)
{
        for (int i = 0; i < exchange->n_places; i++)
                if (strcmp(exchange->place_names[i], name) == 0)
                        return i;
        exchange->place_names[exchange->n_places] = name;
        return exchange->n_places++;
}

static int64_t local_day(const Zone *zone, usec_t time)
{
        CivilTime civil = zone_to_civil(zone, time / USEC_PER_SEC);
        return civil_days(civil.year, civil.month, civil.day);
}

/* Counts the meetings that a host has on a day; the parties of one meeting count once. */
static int count_day(const BusyList *busy, const Zone *zone, int64_t day)
{
        const Busy *last = NULL;
        int n = 0;
        for (size_t i = 0; i < busy->n; i++) {
                const Busy *item = &busy->items[i];
                if (item->kind != BUSY_MEETING || item->is_foreign || local_day(zone, item->start) != day)
                        continue;
                n += !last || last->start != item->start || last->end != item->end;
                last = item;
        }
        return n;
}

/*
 * Returns the offer of the same host whose daily maximum is the next greater one, or the same in a later
 * offer; n_offers for none.
 */
static size_t next_offer(const Exchange *exchange, size_t at)
{
        const EventOffer *offers = exchange->offers;
        int least = offers[at].slots.offer.daily_max;
        size_t found = exchange->n_offers;
        for (size_t i = 0; i < exchange->n_offers; i++) {
                int max = offers[i].slots.offer.daily_max;
                bool is_after = max > least || (max == least && i > at);
                if (offers[i].host == offers[at].host && is_after &&
                                (found == exchange->n_offers || max < offers[found].slots.offer.daily_max))
                        found = i;
        }
        return found;
}

static int find_limit(const Exchange *exchange, size_t offer, int64_t day)
{
        for (size_t i = 0; i < exchange->n_limits; i++)
                if (exchange->limit_days[i].offer == offer && exchange->limit_days[i].day == day)
                        return (int)i;
        return -1;
}

/*
 * Returns the index of the limit of an offer's day; -1 for none. DAILY-MAX counts all meetings of the host.
 * timetable_book() books the offers with the least maximum first, so a new meeting counts for its own offer
 * and for those of the host with a greater maximum, whose limits are the parents.
 */
static int limit_of(Exchange *exchange, size_t at, usec_t start)
{
        const EventOffer *offer = &exchange->offers[at];
        const Offer *of = &offer->slots.offer;
        if (of->daily_max == 0)
                return -1;
        int64_t day = local_day(of->zone, start);
        int found = find_limit(exchange, at, day);
        if (found >= 0)
                return found;
        size_t next = next_offer(exchange, at);
        int parent = next < exchange->n_offers ? limit_of(exchange, next, start) : -1;
        int left = of->daily_max - count_day(&exchange->busy[offer->host], of->zone, day);
        exchange->limits[exchange->n_limits] = left > 0 ? left : 0;
        exchange->limit_parents[exchange->n_limits] = parent;
        exchange->limit_days[exchange->n_limits] = (LimitDay){ at, day };
        return (int)exchange->n_limits++;
}

/*
 * Adds the places of all slots at one time. @ret_needs_none: whether one of the slots needs no place.
 * Return: the number of places.
 */
static int add_places(
                Exchange *exchange, const Offer *offer, const Slot *slots, size_t n, bool *ret_needs_none)
{
        int *places = exchange->places + exchange->n_opening_places, n_places = 0;
        *ret_needs_none = false;
        for (size_t i = 0; i < n; i++) {
                const char *name = offer->places[slots[i].place];
                if (!is_usable(offer, &slots[i]))
                        continue;
                *ret_needs_none |= name[0] == '\0';
                if (name[0])
                        places[n_places++] = place_index(exchange, name);
        }
        return n_places;
}

/* Adds one opening for the slots of one time, which differ only by their place. */
static void add_opening(Exchange *exchange, size_t at, const Slot *slots, size_t n)
{
        const EventOffer *offer = &exchange->offers[at];
        bool needs_none;
        int n_places = add_places(exchange, &offer->slots.offer, slots, n, &needs_none);
        if (n_places == 0 && !needs_none)
                return;
        const MatchSlot time = time_of(&offer->slots.offer, slots);
        const MatchSlot *found = bsearch(
                        &time, exchange->times, exchange->problem.n_slots, sizeof(time), compare_times);
        exchange->opening_offers[exchange->n_openings] = at;
        exchange->openings[exchange->n_openings++] = (MatchOpening){
                .host = offer->host,
                .slot = (int)(found - exchange->times),
                .limit = limit_of(exchange, at, slots->start),
                .places = exchange->places + exchange->n_opening_places,
                .n_places = needs_none ? 0 : n_places,
        };
        exchange->n_opening_places += (size_t)n_places;
}

static void add_offer(Exchange *exchange, size_t at)
{
        const SlotList *list = &exchange->offers[at].list;
        for (size_t i = 0, end; i < list->n; i = end) {
                const Slot *first = &list->items[i];
                end = i + 1;
                while (end < list->n && list->items[end].start == first->start &&
                                list->items[end].end == first->end)
                        end++;
                add_opening(exchange, at, first, end - i);
        }
}

static int make_openings(Exchange *exchange)
{
        size_t n = count_slots(exchange) + 1;
        size_t n_days = (size_t)((exchange->to - exchange->from) / USEC_PER_DAY) + DAYS_BESIDE;
        size_t n_limits = exchange->n_offers * n_days + 1;
        exchange->openings = calloc(n, sizeof(*exchange->openings));
        exchange->opening_offers = calloc(n, sizeof(*exchange->opening_offers));
        exchange->places = calloc(n, sizeof(*exchange->places));
        exchange->place_names =
                        calloc(exchange->n_offers * OFFER_PLACES_MAX + 1, sizeof(*exchange->place_names));
        exchange->limits = calloc(n_limits, sizeof(*exchange->limits));
        exchange->limit_parents = calloc(n_limits, sizeof(*exchange->limit_parents));
        exchange->limit_days = calloc(n_limits, sizeof(*exchange->limit_days));
        if (!exchange->openings || !exchange->opening_offers || !exchange->places ||
                        !exchange->place_names || !exchange->limits || !exchange->limit_parents ||
                        !exchange->limit_days)
                return -ENOMEM;
        for (int host = 0; host < exchange->n_people; host++)
                for (size_t i = 0; i < exchange->n_offers; i++)
                        if (exchange->offers[i].host == host)
                                add_offer(exchange, i);
        return 0;
}

static int add_taken(MatchTaken **array, size_t *n, const MatchTaken *taken)
{
        MatchTaken *more = array_grow(*array, *n, sizeof(*more));
        if (!more)
                return -ENOMEM;
        *array = more;
        more[(*n)++] = *taken;
        return 0;
}

static int take_busy(Exchange *exchange, int person)
{
        const BusyList *list = &exchange->busy[person];
        int r = 0;
        for (size_t i = 0; r == 0 && i < list->n; i++) {
                const Busy *busy = &list->items[i];
                const MatchTaken taken = { person, busy->start, busy->end, busy->before, busy->after,
                        false };
                if (!busy->is_foreign)
                        r = add_taken(&exchange->taken, &exchange->n_taken, &taken);
        }
        return r;
}

/*
 * Marks the places of the event where the participant has meetings as taken, also meetings with other hosts.
 */
static int take_places(Exchange *exchange, int person)
{
        const BusyList *list = &exchange->busy[person];
        int r = 0;
        for (size_t i = 0; r == 0 && i < list->n; i++) {
                const Busy *busy = &list->items[i];
                if (busy->kind != BUSY_MEETING || !busy->place[0] ||
                                strcmp(busy->site, exchange->event) != 0)
                        continue;
                for (int place = 0; r == 0 && place < exchange->n_places; place++)
                        if (strcmp(exchange->place_names[place], busy->place) == 0)
                                r = add_taken(&exchange->places_taken, &exchange->n_places_taken,
                                                &(MatchTaken){ .who = place,
                                                                .start = busy->start,
                                                                .end = busy->end });
        }
        return r;
}

/* The hours of one participant. */
typedef struct OwnHours {
        SlotSpan *items;
        size_t n;
} OwnHours;

static int on_hours(const Hours *hours, void *userdata)
{
        OwnHours *own = userdata;
        SlotSpan *more = array_grow(own->items, own->n, sizeof(*more));
        if (!more)
                return -ENOMEM;
        own->items = more;
        more[own->n++] = (SlotSpan){ hours->start, hours->end };
        return 0;
}

static int compare_spans(const void *a, const void *b)
{
        const SlotSpan *left = a, *right = b;
        return (left->start > right->start) - (left->start < right->start);
}

/*
 * Marks the time outside the hours of a participant who has hours as taken; the participant does not visit
 * others then.
 */
static int take_pauses(Exchange *exchange, int person, OwnHours *own)
{
        usec_t end = exchange->from;
        int r = 0;
        qsort(own->items, own->n, sizeof(*own->items), compare_spans);
        for (size_t i = 0; r == 0 && i <= own->n; i++) {
                usec_t start = i < own->n ? own->items[i].start : exchange->to;
                if (start > end)
                        r = add_taken(&exchange->taken, &exchange->n_taken,
                                        &(MatchTaken){ .who = person,
                                                        .start = end,
                                                        .end = start,
                                                        .is_exact = true });
                if (i < own->n && own->items[i].end > end)
                        end = own->items[i].end;
        }
        return r;
}

static int take_outside_hours(Exchange *exchange, int person)
{
        OwnHours own = { NULL, 0 };
        int r = 0;
        for (size_t i = 0; r == 0 && i < exchange->n_offers; i++)
                if (exchange->offers[i].host == person)
                        r = hours_each(&exchange->offers[i].slots.offer, exchange->from, exchange->to,
                                        on_hours, &own);
        if (r == 0 && exchange->people[person].has_offer)
                r = own.n > 0 ? take_pauses(exchange, person, &own) : 0;
        free(own.items);
        return r;
}

int exchange_make_problem(Exchange *exchange)
{
        int r = make_times(exchange);
        if (r == 0)
                r = make_openings(exchange);
        for (int i = 0; r == 0 && i < exchange->n_people; i++) {
                r = take_busy(exchange, i);
                if (r == 0)
                        r = take_places(exchange, i);
                if (r == 0)
                        r = take_outside_hours(exchange, i);
        }
        MatchProblem *problem = &exchange->problem;
        problem->n_people = exchange->n_people;
        problem->n_places = exchange->n_places;
        problem->openings = exchange->openings;
        problem->n_openings = exchange->n_openings;
        problem->people_taken = exchange->taken;
        problem->n_people_taken = exchange->n_taken;
        problem->places_taken = exchange->places_taken;
        problem->n_places_taken = exchange->n_places_taken;
        problem->limits = exchange->limits;
        problem->limit_parents = exchange->limit_parents;
        problem->n_limits = exchange->n_limits;
        return r;
}
