#pragma once

/* Inside of remind/ only: what a contact may not have got, because its mail was parked, so that the next mail tells it once more. */

#include "remind/context.h"
#include "remind/describe.h"

enum { MISSED_MAX = 5 }; /* in one mail; more would be no help */

typedef struct MissedEntry {
        ObjectRecord *record;
        DueContext context;
        Occurrence occurrence; /* as it was told */
} MissedEntry;

struct Missed {
        MissedEntry entries[MISSED_MAX];
        size_t n;
};

/** missed_load() - of events that are still there; missed_done() it in any case. */
int missed_load(Store *store, const Config *config, int64_t contact, usec_t now, Missed *ret);
void missed_done(Missed *missed);
