#pragma once

/* Events of parked mails, which the contact may not have received: the next mail repeats them. */

#include "contact/card.h"
#include "letter/event-item.h"
#include "remind/event-context.h"

enum { PARKED_MAX = 5 }; /* per mail */

typedef struct ParkedEntry {
        ObjectRecord *record;
        EventContext context;
        Occurrence occurrence; /* unchanged since the parked mail */
} ParkedEntry;

typedef struct Parked {
        ParkedEntry entries[PARKED_MAX];
        EventItem items[PARKED_MAX]; /* of the entries, for the mail */
        size_t n;
} Parked;

/**
 * parked_load() - load the events of a contact's parked mails that are unchanged and not refused since
 * @card: of the contact
 * Return: 0, a condition of the store, negative errno. parked_done() it in any case.
 */
int parked_load(Store *store, const Config *config, int64_t contact, const Card *card, usec_t now,
                Parked *ret);
void parked_done(Parked *parked);
