#pragma once

/* The listings of people: for all events, a kind, one event or a calendar. */

#include "office/form.h"
#include "store/subscription.h"

/** listing_write() - write in words for what a listing is; an event as a link */
void listing_write(OfficeCall *call, SubscriptionScope scope, const char *target);

/**
 * listing_select() - write the choice of what people are listed for: all events, the kinds, the next events
 * and drafts that the account may read. The one that was sent is chosen.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int listing_select(OfficeCall *call, const FormFaults *faults, const char *label);

/**
 * listing_event_select() - write the choice of one event by its UID
 * @chosen: a UID; "" for none
 * @none:   label of the entry for none
 */
int listing_event_select(
                OfficeCall *call, const char *name, const char *chosen, const char *label, const char *none);

/** The values of the form; the target is borrowed from the request. */
typedef struct ListingChoice {
        SubscriptionScope scope;
        const char *target;
} ListingChoice;

/**
 * listing_read() - read the choice that was sent
 * Return: 0, OFFICE_E_NOT_FOUND if there is no such kind or event, a condition of the store, negative errno.
 */
int listing_read(OfficeCall *call, ListingChoice *ret);

/** listing_read_text() - the same from a text: "all", "kind:session", "event:UID" */
int listing_read_text(OfficeCall *call, const char *text, ListingChoice *ret);
