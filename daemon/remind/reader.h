#pragma once

/* One contact as the recipient of mails: its card and its time zone. */

#include "calendar/publish.h"
#include "contact/card.h"
#include "store/object.h"
#include "store/subscription.h"

typedef struct Reader {
        ObjectRecord *record;
        Card *card;
        const Zone *zone;         /* NULL for the event's zone */
        PublishAudience audience; /* for the current event: reader_audience() */
} Reader;

/**
 * reader_load() - load a contact and parse its card
 * Return: 0, STORE_E_NOT_FOUND if the contact was deleted or its card cannot be parsed, or negative errno.
 * In every case the caller must call reader_done().
 */
int reader_load(Store *store, int64_t contact, Reader *ret);
void reader_done(Reader *reader);

/**
 * reader_audience() - find how much of an object a contact may see. If the office has listed the contact
 * for this event itself, this is everything. If the office has listed it for more, such as a kind, it is
 * everything that is not private. Otherwise it is as much as the public may see.
 * Return: 0, a condition of the store, or negative errno.
 */
int reader_audience(Store *store, int64_t contact, int64_t object, PublishAudience *ret);

/** reader_widen() - widen an audience, PUBLISH_PUBLIC at first, by a subscription that matches the event */
void reader_widen(const Subscription *subscription, PublishAudience *audience);

/** reader_zone() - return the zone that a card names; @fallback if it names none, or an unknown zone */
const Zone *reader_zone(const Card *card, ZoneTable *zones, const Zone *fallback);
