#pragma once

/* One contact as reader of mails: its card and its time zone. */

#include "calendar/publish.h"
#include "contact/card.h"
#include "store/object.h"

typedef struct Reader {
        ObjectRecord *record;
        Card *card;
        const Zone *zone;         /* NULL: the event's */
        PublishAudience audience; /* for the current event: reader_audience() */
} Reader;

/**
 * reader_load() - load a contact and parse its card
 * Return: 0, STORE_E_NOT_FOUND if the contact is gone or its card cannot be parsed, negative errno.
 * reader_done() it in any case.
 */
int reader_load(Store *store, int64_t contact, Reader *ret);
void reader_done(Reader *reader);

/**
 * reader_audience() - find how much of an object a contact may see: all of it if the office has listed the
 * contact for it, else as much as the public
 * Return: 0, a condition of the store, negative errno.
 */
int reader_audience(Store *store, int64_t contact, int64_t object, PublishAudience *ret);

/** reader_zone() - return the zone that a card names; @fallback if it names none or an unknown one */
const Zone *reader_zone(const Card *card, ZoneTable *zones, const Zone *fallback);
