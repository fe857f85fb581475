#include "meet/opening.h"

#include <stdio.h>
#include <string.h>

enum { NEAREST_TRIES = 64 }; /* ranges to each side; each costs a sort of at most SLOTS_MAX slots */

static int load(const BookingWork *work, const char *uid, usec_t from, usec_t to, OfferSlots *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        *ret = (OfferSlots){ .now = work->now };
        int r = object_find(work->store, uid, &record);
        if (r == 0)
                r = offer_slots_load(work->store, record, work->config->time_zone, work->now, from, to, ret);
        return r == STORE_E_NOT_FOUND || r == EVENT_E_INVALID || r == OFFER_E_NONE ? BOOKING_E_NO_OFFER : r;
}

int opening_load(const BookingWork *work, const char *uid, usec_t start, OfferSlots *ret)
{
        return load(work, uid, start, start + USEC_PER_DAY, ret);
}

static bool is_of_meeting(const Busy *busy, const char *uid)
{
        return busy->kind == BUSY_MEETING && strcmp(busy->uid, uid) == 0;
}

/* Whether a fetched busy time is a copy of the meeting, which the host's other calendar has, too. */
static bool is_copy(const BusyList *list, const Busy *busy, const char *uid)
{
        for (size_t i = 0; busy->kind == BUSY_FETCHED && i < list->n; i++)
                if (is_of_meeting(&list->items[i], uid) && list->items[i].start == busy->start &&
                                list->items[i].end == busy->end)
                        return true;
        return false;
}

void opening_let_move(OfferSlots *opening, const Meeting *meeting)
{
        BusyList *busy = &opening->busy;
        const char *uid = meeting->uid;
        opening->length = meeting->finish - meeting->start;
        size_t n = 0;
        for (size_t i = 0; i < busy->n; i++)
                if (!is_copy(busy, &busy->items[i], uid))
                        busy->items[n++] = busy->items[i];
        busy->n = n;
        n = 0;
        for (size_t i = 0; i < busy->n; i++)
                if (!is_of_meeting(&busy->items[i], uid))
                        busy->items[n++] = busy->items[i];
        busy->n = n;
}

static int check_place(const OfferSlots *opening, OpeningTimes times, size_t place, BookingTime *time)
{
        const SlotQuery query = offer_slots_query(opening);
        const Slot wanted = { .start = time->start, .end = time->end, .place = place };
        Slot found;
        int r = times == OPENING_ANY_TIME ? slot_check_time(&query, &wanted)
                                          : slot_check(&query, &wanted, &found);
        if (r == 0)
                snprintf(time->place, sizeof(time->place), "%s", opening->offer.places[place]);
        return r;
}

static int pick_any(const OfferSlots *opening, OpeningTimes times, BookingTime *time)
{
        int r = SLOT_E_TAKEN;
        for (size_t i = 0; r == SLOT_E_TAKEN && i < opening->offer.n_places; i++)
                r = check_place(opening, times, i, time);
        return r;
}

int opening_pick(const OfferSlots *opening, OpeningTimes times, usec_t length, BookingTime *time)
{
        const Offer *offer = &opening->offer;
        usec_t earliest = times == OPENING_ANY_TIME ? opening->now + 1 : offer_earliest(offer, opening->now);
        if (time->end == 0)
                time->end = time->start + (length ? length : offer->lengths[0]);
        int place = time->place[0] ? offer_place(offer, time->place) : 0;
        if (place < 0)
                return BOOKING_E_NO_PLACE;
        if (time->start < earliest)
                return BOOKING_E_TOO_LATE;
        int r = time->place[0] ? check_place(opening, times, (size_t)place, time)
                               : pick_any(opening, times, time);
        return r == SLOT_E_TAKEN ? BOOKING_E_TAKEN : r;
}

static usec_t distance(const BookingTime *time, usec_t start)
{
        return time->start > start ? time->start - start : start - time->start;
}

/* Whether a time is nearer to @start than another one; the earlier of two at the same distance is. */
static bool is_nearer(const BookingTime *time, const BookingTime *other, usec_t start)
{
        usec_t own = distance(time, start), others = distance(other, start);
        return own != others ? own < others : time->start < other->start;
}

/*
 * Inserts a time in order of its distance from @start, unless a time with the same start is there already.
 */
static void insert(const BookingTime *time, usec_t start, BookingTime *times, size_t *n)
{
        size_t at = *n;
        for (size_t i = 0; i < *n; i++)
                if (times[i].start == time->start)
                        return;
        while (at > 0 && is_nearer(time, &times[at - 1], start))
                at--;
        if (at == BOOKING_NEAREST_MAX)
                return;
        size_t kept = *n < BOOKING_NEAREST_MAX ? *n : BOOKING_NEAREST_MAX - 1;
        memmove(&times[at + 1], &times[at], (kept - at) * sizeof(*times));
        times[at] = *time;
        *n = kept + 1;
}

/* The search for the nearest free times. */
typedef struct Nearest {
        const OfferSlots *opening;
        usec_t start, length;
        BookingTime *times;
        size_t *n;
} Nearest;

/* Inserts the free times of a range. Return: 0, SLOT_E_TOO_MANY, -ENOMEM. */
static int insert_range(const Nearest *nearest, usec_t from, usec_t to)
{
        CLEANUP(slot_list_done) SlotList list = { 0 };
        SlotQuery query = offer_slots_query(nearest->opening);
        query.from = from;
        query.to = to;
        int r = slots_find(&query, &list);
        for (size_t i = 0; r == 0 && i < list.n; i++) {
                const Slot *slot = &list.items[i];
                BookingTime time = { .start = slot->start, .end = slot->end };
                if (slot->end - slot->start != nearest->length)
                        continue;
                snprintf(time.place, sizeof(time.place), "%s", nearest->opening->offer.places[slot->place]);
                insert(&time, nearest->start, nearest->times, nearest->n);
        }
        return r;
}

/* Whether enough times are found, and none that is @reach or more away from the start can be nearer. */
static bool is_complete(const Nearest *nearest, usec_t reach)
{
        size_t n = *nearest->n;
        return n == BOOKING_NEAREST_MAX && distance(&nearest->times[n - 1], nearest->start) <= reach;
}

/*
 * Searches a range from one end, in steps whose length grows while little is found: an offer may have hours
 * only once a month. A step with more slots than can be listed is halved.
 */
static int search(const Nearest *nearest, usec_t from, usec_t to, bool is_backward)
{
        usec_t span = USEC_PER_DAY;
        for (int i = 0; i < NEAREST_TRIES && from < to && span > 0; i++) {
                usec_t size = to - from < span ? to - from : span;
                usec_t first = is_backward ? to - size : from;
                if (is_complete(nearest, is_backward ? nearest->start - to : from - nearest->start))
                        return 0;
                int r = insert_range(nearest, first, first + size);
                if (r != 0 && r != SLOT_E_TOO_MANY)
                        return r;
                span = r == 0 ? 2 * size : size / 2;
                if (r == 0 && is_backward)
                        to = first;
                else if (r == 0)
                        from = first + size;
        }
        return 0;
}

int opening_nearest(const BookingWork *work, const char *uid, const Meeting *moved, usec_t start,
                usec_t length, BookingTime *ret, size_t *ret_n)
{
        CLEANUP(offer_slots_done) OfferSlots opening = { 0 };
        const Nearest nearest = { &opening, start, length, ret, ret_n };
        *ret_n = 0;
        int r = load(work, uid, work->now, USEC_INFINITY, &opening);
        if (r != 0)
                return r;
        if (moved)
                opening_let_move(&opening, moved);
        usec_t end = offer_latest(&opening.offer, work->now) + 1;
        usec_t middle = start < work->now ? work->now : start > end ? end : start;
        r = search(&nearest, middle, end, false);
        return r != 0 ? r : search(&nearest, work->now, middle, true);
}

static usec_t midnight(const Zone *zone, int64_t day)
{
        CivilTime civil = civil_from_days(day);
        return zone_to_instant(zone, &civil) * USEC_PER_SEC;
}

MeetingClaim opening_claim(const OfferSlots *opening, const BookingTime *time)
{
        const Offer *offer = &opening->offer;
        CivilTime start = zone_to_civil(offer->zone, time->start / USEC_PER_SEC);
        int64_t day = civil_days(start.year, start.month, start.day);
        return (MeetingClaim){
                .host = offer->host,
                .offer = offer->uid,
                .place = time->place,
                .site = offer->of_event ? offer->of_event : offer->host,
                .start = time->start,
                .finish = time->end,
                .before = offer->before,
                .after = offer->after,
                .seats = offer->seats,
                .daily_max = offer->daily_max,
                .day_start = midnight(offer->zone, day),
                .day_end = midnight(offer->zone, day + 1),
        };
}
