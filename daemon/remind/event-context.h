#pragma once

/* One event with everything that working out its mails needs. */

#include "base/hash.h"
#include "calendar/event.h"
#include "config/config.h"
#include "store/object.h"

enum { EVENT_CONTEXT_OCCURRENCES_MAX = 1000 }; /* of one event that are looked at in one go */

typedef struct EventContext {
        Store *store;
        const Config *config;
        const ObjectRecord *record; /* borrowed */
        Event *event;
        const Zone *zone; /* of the event's dates */
        bool takes_place; /* neither a draft nor cancelled as a whole */
        Hash *hash;
} EventContext;

/**
 * event_context_init() - @record is borrowed
 * Return: 0, STORE_E_NOT_FOUND when its text cannot be read, negative errno. event_context_done() it in any
 * case.
 */
int event_context_init(Store *store, const Config *config, const ObjectRecord *record, EventContext *ret);
void event_context_done(EventContext *context);

/**
 * event_context_told() - the occurrence that a row of the ledger tells of by its start and finish
 * (row-texts.h).
 */
Occurrence event_context_told(const EventContext *context, const char *start, const char *finish);
