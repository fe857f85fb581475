#pragma once

/* Reads from the store when a host is busy. */

#include "meet/busy.h"
#include "store/store.h"

/** The arguments of busy_collect(). */
typedef struct BusyQuery {
        const char *host; /* UID of the contact; for busy_collect() */
        const char *of_event; /* UID of the offer's event: it does not make its host busy, nor do the events that it is a part of; and
                               * meetings of other hosts at its places are read, too. NULL: none */
        const Zone *zone; /* for all-day events of no other zone; borrowed */
        usec_t from, to; /* what meets this range is read, and two days before and after: buffers and days reach beyond */
        usec_t now; /* holds that have expired are not busy */
} BusyQuery;

/**
 * busy_collect() - append the busy times of a host, sorted. It only reads; in a write transaction it sees the
 * state that the transaction will change.
 *
 * Reads, without CANCELLED ones:
 * - the slots that bookings and holds take (store/meeting.h), also those of other hosts to whom the host is a visitor,
 *   by an address of the card that was confirmed;
 * - bookings without such slots, as imported ones: VEVENTs with CATEGORIES:MEETING and X-CONVENED-MEETING-HOST, with the place in LOCATION, the
 *   offer, its event and buffers in X-CONVENED-MEETING-OFFER, -EVENT, -BUFFER-BEFORE and -BUFFER-AFTER;
 * - the host's events that are not TRANSPARENT, all-day ones too: those where the host is ORGANIZER, ATTENDEE
 *   (without PARTSTAT=DECLINED) or CONTACT, and all of the calendars that the card declares (meet/host.h).
 *
 * Return: 0, STORE_E_NOT_FOUND if there is no such host, others as the store's.
 */
int busy_collect(Store *store, ZoneTable *zones, const BusyQuery *query, BusyList *list);

/**
 * busy_collect_each() - do the same for several hosts, reading the store once
 * @hosts: UIDs of contacts
 * @lists: one for each; meetings of other hosts at the places of the event are appended to the first one only
 */
int busy_collect_each(Store *store, ZoneTable *zones, const BusyQuery *query, const char *const *hosts,
                size_t n, BusyList *lists);
