#pragma once

/* The offers of the store, and the free slots of one in a range of time. */

#include "meet/busy.h"
#include "meet/slot.h"
#include "store/object.h"

/** An offer of the store with what its slots are found by; offer_slots_done() it. */
typedef struct OfferSlots {
        Event *event;
        Offer offer;
        SlotSpan *spans; /* of the offer's event */
        size_t n_spans;
        BusyList busy;
        usec_t now, from, to;
} OfferSlots;

/**
 * offer_slots_load() - read an offer, and all that is busy in a range
 * @record:   the offer, borrowed
 * @fallback: zone of dates without one
 * @from, @to: the range in which slots will be looked for; @to is USEC_INFINITY for the offer's horizon
 *
 * An event of the offer that is gone, cancelled or unreadable has no occurrences, so that there is no slot.
 * Return: 0; OFFER_E_NONE if the object offers nothing; STORE_E_NOT_FOUND if the host is gone; others as the
 * store's.
 */
int offer_slots_load(Store *store, const ObjectRecord *record, const Zone *fallback, usec_t now, usec_t from,
                usec_t to, OfferSlots *ret);
void offer_slots_done(OfferSlots *slots);

/** offer_slots_query() - the query for slots_find() and slot_check(), borrowing from @slots */
SlotQuery offer_slots_query(const OfferSlots *slots);

/**
 * offers_each_of_host() - call @on_offer for each offer of a host, in order of UID
 * @host: UID of the contact; NULL: of all hosts
 * @on_offer: both are borrowed for the call
 */
int offers_each_of_host(Store *store, const char *host, const Zone *fallback,
                int (*on_offer)(const ObjectRecord *record, const Offer *offer, void *userdata),
                void *userdata);
