#include "meet/slot-why.h"

#include "meet/hours.h"

/* Whether a query has a slot. SLOT_E_TOO_MANY means yes. */
static int has_slots(const SlotQuery *query, bool *ret)
{
        CLEANUP(slot_list_done) SlotList list = { 0 };
        int r = slots_find(query, &list);
        *ret = r == SLOT_E_TOO_MANY || list.n > 0;
        return r == SLOT_E_TOO_MANY ? 0 : r;
}

static int on_hours(const Hours *hours, void *userdata)
{
        (void)hours;
        *(bool *)userdata = true;
        return 0;
}

/* Finds the reason, which depends only on the offer: without its event and busy times, it has no slot. */
static int why_of_offer(const SlotQuery *query, SlotWhy *ret)
{
        const Offer *offer = query->offer;
        bool has_hours = false;
        int r = 0;
        if (offer->to.form != WHEN_NONE && when_instant(&offer->to, offer->zone) <= query->now)
                *ret = SLOT_WHY_ENDED;
        else if (offer->from.form != WHEN_NONE && when_instant(&offer->from, offer->zone) > query->to)
                *ret = SLOT_WHY_LATER;
        else if (offer_earliest(offer, query->now) > offer_latest(offer, query->now))
                *ret = SLOT_WHY_NOTICE;
        else {
                r = hours_each(offer, query->from, query->to, on_hours, &has_hours);
                *ret = has_hours ? SLOT_WHY_SHORT : SLOT_WHY_NO_HOURS;
        }
        return r;
}

int slots_why(const SlotQuery *query, SlotWhy *ret)
{
        SlotQuery reduced = *query;
        Offer offer = *query->offer;
        bool found = false;
        reduced.from = query->now;
        reduced.to = offer_latest(&offer, query->now) + 1;
        *ret = SLOT_WHY_NONE;
        int r = has_slots(&reduced, &found);
        if (r != 0 || found)
                return r;
        *ret = SLOT_WHY_TAKEN;
        reduced.n_busy = 0;
        r = has_slots(&reduced, &found);
        if (r != 0 || found)
                return r;
        *ret = query->n_spans > 0 ? SLOT_WHY_OUTSIDE : SLOT_WHY_NO_EVENT;
        offer.of_event = NULL;
        reduced.offer = &offer;
        r = has_slots(&reduced, &found);
        return r != 0 || found ? r : why_of_offer(&reduced, ret);
}
