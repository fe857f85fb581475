#include "meet/opening.h"

#include <stdio.h>
#include <string.h>

int opening_load(const BookingWork *work, const char *uid, usec_t start, OfferSlots *ret)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        usec_t from = start - OPENING_SPAN_BEFORE, to = start + OPENING_SPAN_AFTER;
        *ret = (OfferSlots){ .now = work->now };
        int r = object_find(work->store, uid, &record);
        if (r == 0)
                r = offer_slots_load(work->store, record, work->config->time_zone, work->now, from, to, ret);
        return r == STORE_E_NOT_FOUND || r == EVENT_E_INVALID || r == OFFER_E_NONE ? BOOKING_E_NO_OFFER : r;
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

void opening_leave_out(OfferSlots *opening, const char *uid)
{
        BusyList *busy = &opening->busy;
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

/*
 * Inserts a time in order of its distance from @start, unless a time with the same start is there already.
 */
static void insert(const BookingTime *time, usec_t start, BookingTime *times, size_t *n)
{
        size_t at = *n;
        for (size_t i = 0; i < *n; i++)
                if (times[i].start == time->start)
                        return;
        while (at > 0 && distance(&times[at - 1], start) > distance(time, start))
                at--;
        if (at == BOOKING_NEAREST_MAX)
                return;
        size_t kept = *n < BOOKING_NEAREST_MAX ? *n : BOOKING_NEAREST_MAX - 1;
        memmove(&times[at + 1], &times[at], (kept - at) * sizeof(*times));
        times[at] = *time;
        *n = kept + 1;
}

int opening_nearest(const OfferSlots *opening, usec_t start, usec_t length, BookingTime *ret, size_t *ret_n)
{
        CLEANUP(slot_list_done) SlotList list = { 0 };
        const SlotQuery query = offer_slots_query(opening);
        int r = slots_find(&query, &list);
        *ret_n = 0;
        for (size_t i = 0; r == 0 && i < list.n; i++) {
                const Slot *slot = &list.items[i];
                BookingTime time = { .start = slot->start, .end = slot->end };
                if (slot->end - slot->start != length)
                        continue;
                snprintf(time.place, sizeof(time.place), "%s", opening->offer.places[slot->place]);
                insert(&time, start, ret, ret_n);
        }
        return r == SLOT_E_TOO_MANY ? 0 : r;
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
