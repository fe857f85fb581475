#pragma once

/* Reads the busy times of hosts from the store. */

#include "meet/busy.h"
#include "store/store.h"

/** The arguments of busy_collect(). */
typedef struct BusyQuery {
        const char *host; /* UID of the contact; only for busy_collect() */
        /*
         * UID of the offer's event; NULL for none. This event and the events that it is a part of do not
         * make the host busy. Meetings of other hosts at the places of this event are read, too.
         */
        const char *of_event;
        bool without_own;     /* without the calendars of the hosts' accounts */
        bool foreign_in_each; /* busy_collect_each() appends them to each list, not only to the first */
        const Zone *zone;     /* of floating times, and of all-day events without a zone; borrowed */
        usec_t from, to; /* two more days are read on each side: buffers and days reach beyond the range */
        usec_t now;      /* a hold that has ended at this time does not make the host busy */
} BusyQuery;

/**
 * busy_collect() - append the busy times of a host, and sort the list
 *
 * It reads, in the caller's transaction if one is open:
 * - the slots of bookings and holds (store/meeting.h), also of meetings in which the host is the visitor,
 *   with a confirmed address that the card has;
 * - bookings without slots, such as imported ones: VEVENTs with CATEGORIES:MEETING and
 *   X-CONVENED-MEETING-HOST. The place is in LOCATION; the offer, its event and its buffers are in
 *   X-CONVENED-MEETING-OFFER, -EVENT, -BUFFER-BEFORE and -BUFFER-AFTER;
 * - events of which the host is ORGANIZER, ATTENDEE (without PARTSTAT=DECLINED) or CONTACT, and all events
 *   of the calendars that the card names (meet/host.h). An event with TRANSP:TRANSPARENT does not count;
 * - events in the calendars of the account of the host, if the card has its mail address
 *   (meet/own-calendar.h);
 * - bookings in which the host has agreed to represent somebody (meet/delegate.h);
 * - the busy times that the host publishes elsewhere (meet/fetched.h).
 *
 * A cancelled event or booking does not count.
 *
 * Return: 0, STORE_E_NOT_FOUND if there is no such host, others as the store's.
 */
int busy_collect(Store *store, ZoneTable *zones, const BusyQuery *query, BusyList *list);

/**
 * busy_collect_each() - as busy_collect() for several hosts, but read the store once
 * @hosts: UIDs of contacts
 * @lists: one for each host. Meetings of other hosts at the places of the event are appended only to the
 *         first list, or to each list (`foreign_in_each`).
 * Return: 0, STORE_E_NOT_FOUND if one of the hosts does not exist, others as the store's.
 */
int busy_collect_each(Store *store, ZoneTable *zones, const BusyQuery *query, const char *const *hosts,
                size_t n, BusyList *lists);
