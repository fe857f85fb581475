#pragma once

/*
 * The events of parked mails. The contact may not have received these mails, so the next mail repeats them.
 */

#include "contact/card.h"
#include "letter/event-item.h"
#include "remind/event-context.h"

enum { PARKED_MAX = 32 }; /* in one mail; the same number as BUNDLE_MAX */

typedef struct ParkedEntry {
        int64_t mail; /* the parked row */
        ObjectRecord *record;
        EventContext context;
        Occurrence occurrence; /* unchanged since the parked mail */
} ParkedEntry;

/** It must not be moved, because `items` borrows from `entries`. */
typedef struct Parked {
        ParkedEntry entries[PARKED_MAX];
        EventItem items[PARKED_MAX]; /* the same entries, for composing the mail */
        size_t n;
} Parked;

/**
 * parked_load() - load the events of a contact's parked mails that have not been changed or refused since
 * @card: of the contact
 * Return: 0, a condition of the store, or negative errno. In every case the caller must call parked_done().
 */
int parked_load(Store *store, const Config *config, int64_t contact, const Card *card, usec_t now,
                Parked *ret);
void parked_done(Parked *parked);
