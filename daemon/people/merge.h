#pragma once

/* Two cards of one person become one. */

#include "contact/card.h"
#include "store/object.h"

/**
 * people_merge_card() - make the card of both: that of @kept, with the addresses and telephones of @other
 * beside its own, and with what only @other says
 *
 * The main address stays. If one of both has reminders off, the card has; what the contact has chosen itself
 * precedes what the office has written. Return: 0, CARD_E_INVALID, negative errno.
 */
int people_merge_card(const Card *kept, const Card *other, usec_t now, Card **ret);

/**
 * people_merge() - merge two contacts in the current transaction (store/contact-merge.h)
 * @other: the contact that goes
 *
 * Return: 0, CONTACT_MERGE_E_HOST, STORE_E_CONFLICT if both are the same, another condition, negative errno.
 */
int people_merge(Store *store, const ObjectRecord *kept, const ObjectRecord *other, usec_t now);
