#pragma once

/*
 * The basis of the due work: the leads of the configuration and the system's time zones. A change of either
 * makes it due again.
 */

#include "remind/due-source.h"

/** The state to follow; borrowed. */
typedef struct Refresh {
        Store *store;
        ZoneTable *zones;
        const DueSource *const *sources; /* ends with NULL */
        usec_t now;
} Refresh;

/**
 * refresh_leads() - where the leads differ from those of the last time. Return: 0, a condition of the
 * store, negative errno.
 */
int refresh_leads(const Refresh *refresh, const Config *config);

/** refresh_zones() - the same for the time zones; events keep their wall clock and move to other moments. */
int refresh_zones(const Refresh *refresh, const Config *config);
