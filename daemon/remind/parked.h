#pragma once

/* Inside of remind/ only: what a contact may not have got, because its mail was parked, so that the next mail tells it once more. */

#include "letter/event-lines.h"
#include "remind/event-context.h"

enum { PARKED_MAX = 5 }; /* in one mail; more would be no help */

typedef struct ParkedEntry {
        ObjectRecord *record;
        EventContext context;
        Occurrence occurrence; /* as it was told */
} ParkedEntry;

struct Parked {
        ParkedEntry entries[PARKED_MAX];
        size_t n;
};

/** parked_load() - of events that are still there; parked_done() it in any case. */
int parked_load(Store *store, const Config *config, int64_t contact, usec_t now, Parked *ret);
void parked_done(Parked *parked);
