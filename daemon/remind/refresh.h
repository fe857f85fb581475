#pragma once

/*
 * The basis of the due work: the leads and the zone of the configuration, and the system's time zones. A change of any
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

/**
 * refresh_zones() - where the system's time zones, or `time_zone` of the configuration, differ from those of the
 * last time: events keep their wall clock and move to other moments
 */
int refresh_zones(const Refresh *refresh, const Config *config);
