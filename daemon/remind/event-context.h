#pragma once

/* One event with everything that is needed to derive its mails. */

#include "base/hash.h"
#include "calendar/event.h"
#include "config/config.h"
#include "store/object.h"

enum { EVENT_CONTEXT_OCCURRENCES_MAX = 1000 }; /* per event and pass */

typedef struct EventContext {
        Store *store;
        const Config *config;
        const ObjectRecord *record; /* borrowed */
        Event *event;
        const Zone *zone; /* of the event's dates and floating times */
        bool takes_place; /* neither a draft nor cancelled as a whole */
        Hash *hash;
} EventContext;

/**
 * event_context_init() - parse the event of @record, which is borrowed
 * Return: 0, STORE_E_NOT_FOUND if it cannot be parsed, negative errno. event_context_done() it in any
 * case.
 */
int event_context_init(Store *store, const Config *config, const ObjectRecord *record, EventContext *ret);
void event_context_done(EventContext *context);

/**
 * event_context_told() - make the occurrence that a ledger row describes by its start and finish
 * (row-texts.h)
 */
Occurrence event_context_told(const EventContext *context, const char *start, const char *finish);
