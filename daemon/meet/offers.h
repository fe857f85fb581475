#pragma once

/* Reads the offers of the store, and everything from which the free slots of one are computed. */

#include "meet/busy.h"
#include "meet/slot.h"
#include "store/object.h"

/** An offer of the store with the occurrences of its event and the busy times. */
typedef struct OfferSlots {
        Event *event;
        Offer offer;
        SlotSpan *spans; /* of the offer's event */
        size_t n_spans;
        BusyList busy;
        usec_t now, from, to;
        usec_t length; /* one more length of slots, as in SlotQuery; the loaders set 0 */
} OfferSlots;

/**
 * offer_slots_load() - read an offer and the busy times of a range
 * @record:   the offer, borrowed
 * @fallback: zone of dates and floating times
 * @from, @to: the range of the slots; USEC_INFINITY as @to means the offer's horizon
 *
 * If the event of the offer is missing, cancelled or unreadable, it has no occurrences, so the offer has no
 * slot.
 *
 * Return: 0; OFFER_E_NONE if the object is not an offer; STORE_E_NOT_FOUND if the host is gone; others as
 * the store's. In every case the caller must call offer_slots_done().
 */
int offer_slots_load(Store *store, const ObjectRecord *record, const Zone *fallback, usec_t now, usec_t from,
                usec_t to, OfferSlots *ret);
void offer_slots_done(OfferSlots *slots);

/**
 * offer_slots_load_each() - as offer_slots_load() for several offers, from @now to the horizon of each, but
 * read the store's events only once for all offers of one event, and once for all offers without one
 * @records: borrowed
 * @ret:     one for each record; `event` is NULL for an object that is not an offer
 * Return: 0; STORE_E_NOT_FOUND if a host is gone; others as the store's. In every case the caller must call
 * offer_slots_done() for each of @ret.
 */
int offer_slots_load_each(Store *store, ObjectRecord *const *records, size_t n, const Zone *fallback,
                usec_t now, OfferSlots *ret);

/** offer_slots_query() - make the query for slots_find() and slot_check(). It borrows from @slots. */
SlotQuery offer_slots_query(const OfferSlots *slots);

/**
 * offer_parse() - read an offer from an object of the store
 * @ret_event: NULL before the call; the caller must free it in every case
 * @ret:       borrows from @ret_event
 * Return: 0, OFFER_E_NONE, -ENOMEM.
 */
int offer_parse(Store *store, const ObjectRecord *record, const Zone *fallback, Event **ret_event,
                Offer *ret);

typedef struct OfferSwitches {
        bool shows_addresses, keeps_declined; /* as in Offer */
} OfferSwitches;

/**
 * offer_switches() - read what an offer says of its meetings; nothing if the offer is gone
 * @uid: of the offer
 * @ret: set in every case
 * Return: 0, a condition of the store, negative errno.
 */
int offer_switches(Store *store, const char *uid, const Zone *fallback, OfferSwitches *ret);

/**
 * offer_event_spans() - append the occurrences of an offer's event in a range, without CANCELLED ones. An
 * event that is gone or unreadable has none.
 * @spans: an array of @n elements, or NULL; the caller must free() it in every case
 * Return: 0, others as the store's.
 */
int offer_event_spans(Store *store, const char *uid, const Zone *fallback, usec_t from, usec_t to,
                SlotSpan **spans, size_t *n);

/**
 * offers_each_of_host() - call @on_offer for each offer of a host, in order of the offers' UIDs
 * @host:     UID of the contact; NULL for all hosts
 * @on_offer: its arguments are valid only during the call; a nonzero result ends the calls
 * Return: 0, the nonzero result of @on_offer, others as the store's.
 */
int offers_each_of_host(Store *store, const char *host, const Zone *fallback,
                int (*on_offer)(const ObjectRecord *record, const Offer *offer, void *userdata),
                void *userdata);
