#pragma once

/*
 * The erasure of a person (GDPR, Art. 17; 152-FZ, Art. 21). The rows of the ledger stay, because their keys
 * prevent a second mail, but nothing in them names the person. If the contact has stopped all mail, the hash
 * of its address stays too (optout_remember()).
 */

#include "store/meeting.h"
#include "store/object.h"
#include "store/person-addresses.h"

/** The numbers of rows that an erasure deletes or empties. */
typedef struct Erasure {
        int64_t mails, meetings, changes;
} Erasure;

enum { ERASE_E_MEETINGS = CONDITIONS_STORE + 31 }; /* the contact has a meeting that has not ended */

/**
 * erase_person() - erase a contact of the office, in one transaction
 * @contact: borrowed
 * @ret:     set on 0 only
 *
 * The card, its history, listings, choices, returned mails and fetched busy times are deleted; mails that
 * wait are closed, and the texts of mails are deleted. Meetings of the contact lose what says something
 * about the visitor, and their bookings are deleted. A deleted card with one of its addresses, such as one
 * that was merged into it, is that of the same person: its history goes too. After the commit the caller
 * must call erase_finish().
 *
 * Return: 0, ERASE_E_MEETINGS, another condition of the store, negative errno.
 */
int erase_person(Store *store, const ObjectRecord *contact, usec_t now, Erasure *ret);

/**
 * erase_finish() - empty the log of the database, which has the bytes from before the erasure
 * Return: 0, DB_E_BUSY if another program has read the store for too long, another condition of the store.
 */
int erase_finish(Store *store);

/**
 * erase_meetings_each() - call @on_meeting for each meeting that a contact hosts, or that was asked for with
 * one of its addresses, in order of id; reads all meetings
 */
int erase_meetings_each(Store *store, const ObjectRecord *contact, const PersonAddresses *addresses,
                int (*on_meeting)(const Meeting *meeting, void *userdata), void *userdata);
