#pragma once

/* One contact as reader of mails: its card and its clock. */

#include "contact/card.h"
#include "store/object.h"

typedef struct Reader {
        ObjectRecord *record;
        Card *card;
        const Zone *zone; /* NULL: the event's */
} Reader;

/**
 * reader_load() - Return: 0, STORE_E_NOT_FOUND when the contact is gone or its card cannot be read,
 * negative errno. reader_done() it in any case.
 */
int reader_load(Store *store, int64_t contact, Reader *ret);
void reader_done(Reader *reader);

/** reader_zone() - the clock that a card names, @fallback where it names none that is known. */
const Zone *reader_zone(const Card *card, ZoneTable *zones, const Zone *fallback);
