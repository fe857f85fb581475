#pragma once

/* Private to letter/: names what a contact is, or wishes to be, subscribed to. */

#include "letter/event-item.h"
#include "letter/letter.h"
#include "store/subscription-scope.h"

/** One listing; borrowed. */
typedef struct LetterListing {
        SubscriptionScope scope;
        const char *target;    /* as in Subscription */
        const EventItem *item; /* for SUBSCRIBE_EVENT, if the recipient may see the event; otherwise NULL */
} LetterListing;

/**
 * listing_words() - append words that follow "reminders": "о сессиях", "about the event “Forum”"
 * Return: 0 or negative errno.
 */
int listing_words(const Letter *letter, const LetterListing *listing, Buffer *out);
