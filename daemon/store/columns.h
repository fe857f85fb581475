#pragma once

/* The columns beside an object's text: derived from it, never given. */

#include "store/address.h"
#include "store/object.h"

/* A record whose strings are owned here or borrowed from the event or card. */
typedef struct Columns {
        ObjectRecord record; /* without id, change, collection, resource, created, changed */
        char *categories;
        char address[ADDRESS_SIZE];
} Columns;

void columns_done(Columns *derived);

/**
 * columns_of_event(), columns_of_card() - borrow from the event or card; columns_done() the result. Return:
 * 0 or negative errno.
 */
int columns_of_event(const Event *event, const Zone *fallback, Columns *ret);
int columns_of_card(const Card *card, Columns *ret);

/**
 * columns_of_sequence() - the SEQUENCE to publish for an event that replaces a kept one: it rises with
 * every significant change (calendar/event.h), and never falls
 * @refuse_stale: as in ObjectPut
 *
 * Return: 0, STORE_E_STALE when the kept one is newer, negative errno.
 */
int columns_of_sequence(ZoneTable *zones, const ObjectRecord *kept, const Event *event, bool refuse_stale,
                ObjectRecord *record);
