#pragma once

/* The reminder of a ledger row, made again from the event's current state. */

#include "remind/event-context.h"
#include "remind/reminder.h"
#include "store/ledger.h"

/** It must not be moved, because its members point to each other. */
typedef struct Rebuilt {
        ObjectRecord *record;
        EventContext context;
        Occurrence occurrence;
        Reminder reminder;
} Rebuilt;

/**
 * rebuild_reminder() - make the reminder of a row
 * Return: 0; STORE_E_NOT_FOUND if the event was deleted, cancelled or moved; another condition of the store
 * or negative errno. In every case the caller must call rebuilt_done().
 */
int rebuild_reminder(Store *store, const Config *config, const MailRecord *mail, usec_t now, Rebuilt *ret);
void rebuilt_done(Rebuilt *rebuilt);
