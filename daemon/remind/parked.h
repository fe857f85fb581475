#pragma once

/* The events of parked mails, which a contact may not have got: the next mail tells of them once more. */

#include "calendar/publish.h"
#include "contact/card.h"
#include "remind/event-context.h"

enum { PARKED_MAX = 5 }; /* in one mail */

typedef struct ParkedEntry {
        ObjectRecord *record;
        EventContext context;
        PublishAudience audience;
        Occurrence occurrence; /* which is as it was told */
} ParkedEntry;

typedef struct Parked {
        ParkedEntry entries[PARKED_MAX];
        size_t n;
} Parked;

/**
 * parked_load() - for events that are still there, and that the contact has not refused
 * @card: the contact's. Return: 0, a condition of the store, negative errno.
 * parked_done() it in any case.
 */
int parked_load(Store *store, const Config *config, int64_t contact, const Card *card, usec_t now,
                Parked *ret);
void parked_done(Parked *parked);
