#pragma once

/* Checks what an offer refers to in the store; calendar/offer.h checks the offer itself. */

#include "calendar/event.h"
#include "store/store.h"

enum {
        OFFER_E_NO_HOST = CONDITIONS_MEET + 70,  /* no contact has the UID of the host */
        OFFER_E_GROUP = CONDITIONS_MEET + 71,    /* the host is a group; a meeting takes one person's time */
        OFFER_E_NO_EVENT = CONDITIONS_MEET + 72, /* no event has the UID of the offer's event */
};

/**
 * offer_check_references() - check that the host and the event of an offer are there. A VAVAILABILITY that
 * offers nothing has neither.
 * @fallback: zone of dates and floating times
 * Return: 0, OFFER_E_*, a condition of the store, negative errno.
 */
int offer_check_references(Store *store, const Event *offer, const Zone *fallback);
