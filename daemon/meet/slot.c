/*
 * The candidates are listed from the hours and sorted. Then repeated candidates and those that overlap busy
 * time are dropped. A few binary searches find an overlap (meet/occupied.h), so most of the work is sorting.
 */

#include "meet/slot.h"

#include "base/array.h"
#include "meet/hours.h"
#include "meet/occupied.h"

#include <errno.h>
#include <string.h>

void slot_list_done(SlotList *list)
{
        free(list->items);
}

static int slot_list_add(SlotList *list, const Slot *slot)
{
        if (list->n == SLOTS_MAX)
                return SLOT_E_TOO_MANY;
        Slot *items = array_grow(list->items, list->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        list->items = items;
        list->items[list->n++] = *slot;
        return 0;
}

static usec_t greater(usec_t a, usec_t b)
{
        return a > b ? a : b;
}

static int compare_slots(const void *a, const void *b)
{
        const Slot *left = a, *right = b;
        if (left->start != right->start)
                return left->start < right->start ? -1 : 1;
        if (left->end != right->end)
                return left->end < right->end ? -1 : 1;
        return (left->place > right->place) - (left->place < right->place);
}

/* The list of candidates, which are possible slots, and the limits of their times. */
typedef struct Candidates {
        const Offer *offer;
        SlotList *list;
        usec_t lengths[OFFER_DURATIONS_MAX + 1]; /* those of the offer, and one of the query */
        size_t n_lengths;
        usec_t shortest;    /* of them */
        usec_t first, last; /* the first and last possible start, inclusive */
        usec_t latest_end;
} Candidates;

static void add_length(Candidates *candidates, usec_t length)
{
        for (size_t i = 0; i < candidates->n_lengths; i++)
                if (candidates->lengths[i] == length)
                        return;
        candidates->lengths[candidates->n_lengths++] = length;
        if (candidates->shortest == 0 || length < candidates->shortest)
                candidates->shortest = length;
}

static Candidates candidates_of(const SlotQuery *query, SlotList *list)
{
        const Offer *offer = query->offer;
        usec_t horizon = offer_latest(offer, query->now);
        Candidates candidates = {
                .offer = offer,
                .list = list,
                .first = greater(query->from, offer_earliest(offer, query->now)),
                .last = query->to - 1 < horizon ? query->to - 1 : horizon,
                .latest_end = USEC_INFINITY,
        };
        for (size_t i = 0; i < offer->n_lengths; i++)
                add_length(&candidates, offer->lengths[i]);
        if (query->length > 0)
                add_length(&candidates, query->length);
        if (offer->from.form != WHEN_NONE)
                candidates.first = greater(candidates.first, when_instant(&offer->from, offer->zone));
        if (offer->to.form != WHEN_NONE)
                candidates.latest_end = when_instant(&offer->to, offer->zone);
        return candidates;
}

/* Adds the candidates of one start, for each length and place. */
static int add_start(Candidates *candidates, const Hours *hours, usec_t start)
{
        const Offer *offer = candidates->offer;
        size_t first = hours->place < 0 ? 0 : (size_t)hours->place;
        size_t end_place = hours->place < 0 ? offer->n_common : first + 1;
        int r = 0;
        for (size_t i = 0; r == 0 && i < candidates->n_lengths; i++) {
                usec_t end = start + candidates->lengths[i];
                bool fits = end <= hours->end && end <= candidates->latest_end;
                for (size_t place = first; r == 0 && fits && place < end_place; place++)
                        r = slot_list_add(candidates->list, &(Slot){ start, end, place, offer->seats });
        }
        return r;
}

static int on_hours(const Hours *hours, void *userdata)
{
        Candidates *candidates = userdata;
        usec_t step = candidates->offer->lengths[0], start = hours->start, shortest = candidates->shortest;
        int r = 0;
        if (start < candidates->first)
                start += (candidates->first - start + step - 1) / step * step;
        for (; r == 0 && start <= candidates->last && start + shortest <= hours->end; start += step)
                r = add_start(candidates, hours, start);
        return r;
}

static int find_candidates(const SlotQuery *query, SlotList *list)
{
        Candidates candidates = candidates_of(query, list);
        if (candidates.first > candidates.last)
                return 0;
        int r = hours_each(query->offer, candidates.first, candidates.last + 1, on_hours, &candidates);
        if (r == 0 && list->n > 1)
                qsort(list->items, list->n, sizeof(*list->items), compare_slots);
        return r;
}

static int compare_spans(const void *a, const void *b)
{
        const SlotSpan *left = a, *right = b;
        return (left->start > right->start) - (left->start < right->start);
}

/*
 * Sorts a copy of the event's occurrences. Each then gets the greatest end of itself and those before it,
 * so that in_event() needs to look at only one.
 */
static int sort_spans(const SlotQuery *query, SlotSpan **ret)
{
        SlotSpan *spans = calloc(query->n_spans + 1, sizeof(*spans));
        if (!spans)
                return -ENOMEM;
        if (query->n_spans > 0)
                memcpy(spans, query->spans, query->n_spans * sizeof(*spans));
        qsort(spans, query->n_spans, sizeof(*spans), compare_spans);
        for (size_t i = 1; i < query->n_spans; i++)
                spans[i].end = greater(spans[i].end, spans[i - 1].end);
        *ret = spans;
        return 0;
}

/* Whether the whole slot is within one occurrence of the offer's event. */
static bool in_event(const SlotQuery *query, const SlotSpan *spans, const Slot *slot)
{
        size_t low = 0, high = query->n_spans;
        if (!query->offer->of_event)
                return true;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                if (spans[middle].start <= slot->start)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low > 0 && spans[low - 1].end >= slot->end;
}

static bool is_free(const SlotQuery *query, const Occupied *occupied, const SlotSpan *spans, Slot *slot)
{
        slot->seats_left = occupied_seats_left(occupied, slot->start, slot->end, slot->place);
        if (slot->seats_left == 0 || !in_event(query, spans, slot))
                return false;
        bool is_joined = slot->seats_left < query->offer->seats;
        return is_joined || !occupied_day_is_full(occupied, slot->start);
}

/* Keeps the free candidates, each once. */
static int keep_free(const SlotQuery *query, SlotList *list)
{
        CLEANUP(occupied_done) Occupied occupied;
        CLEANUP(cleanup_free) SlotSpan *spans = NULL;
        size_t kept = 0;
        int r = occupied_init(query->offer, query->busy, query->n_busy, &occupied);
        if (r == 0)
                r = sort_spans(query, &spans);
        if (r != 0)
                return r;
        for (size_t i = 0; i < list->n; i++) {
                Slot *slot = &list->items[i];
                bool is_repeated = i > 0 && compare_slots(slot, slot - 1) == 0;
                if (!is_repeated && is_free(query, &occupied, spans, slot))
                        list->items[kept++] = *slot;
        }
        list->n = kept;
        return 0;
}

int slots_find(const SlotQuery *query, SlotList *ret)
{
        ret->n = 0;
        int r = find_candidates(query, ret);
        return r != 0 ? r : keep_free(query, ret);
}

int slot_check(const SlotQuery *query, const Slot *wanted, Slot *ret)
{
        CLEANUP(slot_list_done) SlotList list = { 0 };
        SlotQuery narrow = *query;
        narrow.from = wanted->start;
        narrow.to = wanted->start + 1;
        int r = slots_find(&narrow, &list);
        for (size_t i = 0; r == 0 && i < list.n; i++)
                if (compare_slots(&list.items[i], wanted) == 0) {
                        *ret = list.items[i];
                        return 0;
                }
        return r != 0 ? r : SLOT_E_TAKEN;
}

int slot_check_time(const SlotQuery *query, const Slot *wanted)
{
        CLEANUP(occupied_done) Occupied occupied;
        CLEANUP(cleanup_free) SlotSpan *spans = NULL;
        int r = occupied_init(query->offer, query->busy, query->n_busy, &occupied);
        if (r == 0)
                r = sort_spans(query, &spans);
        if (r != 0)
                return r;
        bool is_free = in_event(query, spans, wanted) &&
                       occupied_seats_left(&occupied, wanted->start, wanted->end, wanted->place) > 0;
        return is_free ? 0 : SLOT_E_TAKEN;
}
