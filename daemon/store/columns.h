#pragma once

/* The columns beside an object's text. They are always derived from the text. */

#include "store/address.h"
#include "store/object.h"

/* A derived record. Its strings are owned here or borrowed from the event or card. */
typedef struct Columns {
        ObjectRecord record; /* all fields except id, change, collection, resource, created, changed */
        char *categories;
        char address[ADDRESS_SIZE];
} Columns;

void columns_done(Columns *derived);

/**
 * columns_of_event(), columns_of_card() - derive the columns. They borrow from the event or card; free the
 * result with columns_done(). @is_own: the collection is one of an account. @fallback: the zone of dates and
 * times that have none. Return: 0 or negative errno.
 */
int columns_of_event(const Event *event, const Zone *fallback, Columns *ret);
int columns_of_card(const Card *card, bool is_own, Columns *ret);

/**
 * columns_of_plain() - do the same for a task, a journal entry or an event of an account's collection. The
 * times of an event that event_parse() refuses, and those of tasks and entries, have no limits.
 * @is_own: the collection is one of an account
 *
 * Return: 0, -EINVAL for an event of a collection of the office, other negative errno.
 */
int columns_of_plain(
                ZoneTable *zones, const PlainObject *plain, bool is_own, const Zone *fallback, Columns *ret);

/** columns_is_plain() - whether columns_of_plain() derives the columns of a kind */
bool columns_is_plain(ObjectKind kind);

/**
 * columns_of_sequence() - set the SEQUENCE to publish for an event that replaces a stored one. The SEQUENCE
 * rises with every significant change (calendar/event.h) and never falls.
 * @kept:         the stored event
 * @event:        the event that replaces it
 * @refuse_stale: as in ObjectPut
 * @record:       derived from @event; its `sequence` is set
 *
 * Return: 0, STORE_E_STALE if @refuse_stale is true and the stored event is newer, negative errno.
 */
int columns_of_sequence(ZoneTable *zones, const ObjectRecord *kept, const Event *event, bool refuse_stale,
                ObjectRecord *record);
