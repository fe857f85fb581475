#pragma once

/* One contact as reader of mails: its card and its clock. */

#include "calendar/publish.h"
#include "contact/card.h"
#include "store/object.h"

typedef struct Reader {
        ObjectRecord *record;
        Card *card;
        const Zone *zone;         /* NULL: the event's */
        PublishAudience audience; /* of the event at hand: reader_audience() */
} Reader;

/**
 * reader_load() - Return: 0, STORE_E_NOT_FOUND when the contact is gone or its card cannot be read,
 * negative errno. reader_done() it in any case.
 */
int reader_load(Store *store, int64_t contact, Reader *ret);
void reader_done(Reader *reader);

/**
 * reader_audience() - how much of an object a contact may be told: all of it where the office has listed the
 * contact for it, else as much as the public sees
 * Return: 0, a condition of the store, negative errno.
 */
int reader_audience(Store *store, int64_t contact, int64_t object, PublishAudience *ret);

/** reader_zone() - the clock that a card names, @fallback where it names none that is known. */
const Zone *reader_zone(const Card *card, ZoneTable *zones, const Zone *fallback);
