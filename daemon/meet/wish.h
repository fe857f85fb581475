#pragma once

/*
 * The wishes of participants of an event: the contacts whom a contact would like to meet there. A wish is a
 * line of the contact's card, so that it is exported, imported and edited with the card, and is as private:
 *
 *   X-CONVENED-WISH;X-CONVENED-EVENT="UID of the event";PREF=1:UID of the other contact
 *
 * PREF (RFC 6350, 5.3) is the priority: 1 is wanted most, 9 least, as PRIORITY of RFC 5545, 3.8.1.9. Greater
 * values count as 9.
 */

#include "base/arena.h"
#include "store/store.h"

enum { WISH_PRIORITY_DEFAULT = 5, WISH_PRIORITY_MIN = 9, WISHES_OF_ONE_MAX = 200 };

typedef struct Wish {
        const char *from, *to; /* UIDs of cards */
        int priority;          /* 1, the most wanted, to WISH_PRIORITY_MIN */
} Wish;

/** A growing list; it owns its strings. WishList list = { 0 } is empty. */
typedef struct WishList {
        Wish *items;
        size_t n;
        Arena arena;
} WishList;

void wish_list_done(WishList *list);

/** wish_list_add() - append a copy. Return: 0, -ENOMEM. */
int wish_list_add(WishList *list, const Wish *wish);

/**
 * wishes_read() - append the wishes for an event from all cards, in the order of object_each()
 * Return: 0, -ENOMEM, others as the store's.
 */
int wishes_read(Store *store, const char *event, WishList *list);

/**
 * wishes_write() - write wishes for an event into the cards of the contacts who have them
 *
 * For each contact that has a wish in @list, the wishes for this event are replaced. Wishes of other
 * contacts and for other events stay. One write transaction.
 * Return: 0, STORE_E_NOT_FOUND if a card is gone or unreadable, others as the store's, -E2BIG if a card
 * would have more than 2 * WISHES_OF_ONE_MAX wishes for all events.
 */
int wishes_write(Store *store, const char *event, const WishList *list, usec_t now);
