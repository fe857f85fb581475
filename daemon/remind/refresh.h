#pragma once

/*
 * Marks due work to be derived again when the data that it was derived from has changed: the leads or the
 * zone of the configuration, or the system's time zones.
 */

#include "remind/due-source.h"

/** The arguments of both functions; all borrowed. */
typedef struct Refresh {
        Store *store;
        ZoneTable *zones;
        const DueSource *const *sources; /* ends with NULL */
        usec_t now;
} Refresh;

/**
 * refresh_leads() - reset all sources if the configured leads or `time_zone` differ from those of the last
 * call
 * Return: 0, a condition of the store, or negative errno.
 */
int refresh_leads(const Refresh *refresh, const Config *config);

/**
 * refresh_zones() - compute the times of all events again and reset all sources, if the system's time
 * zones or the configured `time_zone` differ from those of the last call. Events keep their wall-clock
 * times.
 * Return: as refresh_leads().
 */
int refresh_zones(const Refresh *refresh, const Config *config);
