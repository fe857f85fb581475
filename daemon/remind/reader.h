#pragma once

/* One contact as the recipient of mails: its card and its time zone. */

#include "contact/card.h"
#include "store/audience.h"
#include "store/object.h"

typedef struct Reader {
        ObjectRecord *record;
        Card *card;
        const Zone *zone;         /* NULL for the event's zone */
        PublishAudience audience; /* for the current event: audience_of() */
        usec_t since;             /* when the contact was listed for the current event; set by fanout.h */
} Reader;

/**
 * reader_load() - load a contact and parse its card
 * Return: 0, STORE_E_NOT_FOUND if the contact was deleted or its card cannot be parsed, or negative errno.
 * In every case the caller must call reader_done().
 */
int reader_load(Store *store, int64_t contact, Reader *ret);
void reader_done(Reader *reader);

/** reader_zone() - return the zone that a card names; @fallback if it names none, or an unknown zone */
const Zone *reader_zone(const Card *card, ZoneTable *zones, const Zone *fallback);
