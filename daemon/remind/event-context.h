#pragma once

/* One event, with the data needed to derive its mails. */

#include "base/hash.h"
#include "calendar/event.h"
#include "config/config.h"
#include "store/object.h"

enum { EVENT_CONTEXT_OCCURRENCES_MAX = 1000 }; /* of one event, in one iteration */

typedef struct EventContext {
        Store *store;
        const Config *config;
        const ObjectRecord *record; /* borrowed */
        Event *event;
        const Zone *zone;  /* of the event's dates and floating times */
        bool takes_place;  /* neither a draft nor cancelled as a whole */
        bool is_postponed; /* a draft, which waits for a date, and is not being deleted (deletion.h) */
        Hash *hash;
        /*
         * 0 for the event as it is. Of an older version: its change number; only mails that were made before
         * count as told.
         */
        int64_t as_of;
} EventContext;

/**
 * event_context_init() - parse the event of @record, which is borrowed
 * Return: 0, STORE_E_NOT_FOUND if it cannot be parsed, or negative errno. In every case the caller must call
 * event_context_done().
 */
int event_context_init(Store *store, const Config *config, const ObjectRecord *record, EventContext *ret);
void event_context_done(EventContext *context);

/**
 * event_context_told() - make the occurrence that a ledger row describes
 * @start, @finish: the texts of the row, as in row-texts.h
 */
Occurrence event_context_told(const EventContext *context, const char *start, const char *finish);
