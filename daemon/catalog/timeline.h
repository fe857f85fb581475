#pragma once

/*
 * The instances of a catalog from a day on, or before that day, in the order in which a page lists them. A
 * catalog keeps the timelines of the last day that was requested, so that the next page for this day
 * reads only the instances that it shows.
 * Threads share a timeline by reference.
 */

#include "catalog/instances.h"

typedef enum TimelineSide { TIMELINE_AHEAD, TIMELINE_PAST } TimelineSide;

typedef struct Timeline Timeline;

enum { TIMELINE_MARGIN_DAYS = 3 };

/**
 * catalog_timeline() - get one side of a catalog: TIMELINE_AHEAD has the instances that may be upcoming
 * for a reader, by start; TIMELINE_PAST has those that may be past, the latest first
 * @day: in days since the epoch, UTC. The reader's day may differ from @day by one, an event's day by two.
 *       Therefore both sides contain the instances within TIMELINE_MARGIN_DAYS of @day.
 * @ret: the caller owns the reference
 *
 * Return: 0 or negative errno.
 */
int catalog_timeline(Catalog *catalog, TimelineSide side, int64_t day, Timeline **ret);

Timeline *timeline_unref(Timeline *timeline);
DEFINE_CLEANUP(Timeline, timeline_unrefp, timeline_unref)

/** timeline_instances() - return all instances, borrowed */
const CatalogInstances *timeline_instances(const Timeline *timeline);
