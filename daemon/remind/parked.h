#pragma once

/*
 * The events of parked mails. The contact may not have received these mails, so the next mail repeats them.
 */

#include "contact/card.h"
#include "letter/event-item.h"
#include "remind/event-context.h"

enum { PARKED_MAX = 32 }; /* in one mail; the same number as BUNDLE_MAX */

typedef struct ParkedEntry {
        int64_t mail; /* the parked row; a digest has one entry for each of its occurrences */
        bool is_repeated;
        ObjectRecord *record;
        EventContext context;
        Occurrence occurrence; /* unchanged since the parked mail */
} ParkedEntry;

/** It must not be moved, because `items` borrows from `entries`. */
typedef struct Parked {
        ParkedEntry entries[PARKED_MAX]; /* the entries of one mail follow each other */
        EventItem items[PARKED_MAX]; /* the entries that the mail does not list anyway, for composing it */
        size_t of_item[PARKED_MAX];  /* the entry of each item */
        size_t n, n_items;
        int64_t cut; /* the first mail with an entry for which there is no room; 0 for none */
} Parked;

/**
 * parked_load() - load the events of a contact's parked mails that have not been changed or refused since
 * @card: of the contact
 * Return: 0, a condition of the store, or negative errno. In every case the caller must call parked_done().
 */
int parked_load(Store *store, const Config *config, int64_t contact, const Card *card, usec_t now,
                Parked *ret);
void parked_done(Parked *parked);

/**
 * parked_drop_listed() - record that the mail itself lists an occurrence, and remove it from the items
 * @object: id of the event
 */
void parked_drop_listed(Parked *parked, int64_t object, const Occurrence *occurrence);

/**
 * parked_each_repeated() - call @on_mail with each parked mail of which the composed mail repeats everything
 * @n_items: how many items the composed mail has, from the first on
 *
 * Return: 0, or the first nonzero result of @on_mail, which ends the loop.
 */
int parked_each_repeated(Parked *parked, size_t n_items, int (*on_mail)(int64_t mail, void *userdata),
                void *userdata);
