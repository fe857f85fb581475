#pragma once

/*
 * The instances of a catalog from a day on, or before it, in the order of a list. A catalog keeps those of
 * the last day asked for, so that a page costs only its own instances. Threads share a timeline by
 * reference.
 */

#include "catalog/instances.h"

typedef enum TimelineSide { TIMELINE_AHEAD, TIMELINE_PAST } TimelineSide;

typedef struct Timeline Timeline;

enum { TIMELINE_MARGIN_DAYS = 3 };

/**
 * catalog_timeline() - return the instances that may be ahead of a reader, by start, or past, the latest
 * first
 * @day: in days since the epoch, UTC. The reader's own day is at most one away from it, an event's at most
 *       two: instances within TIMELINE_MARGIN_DAYS of it are on both sides.
 * @ret: timeline_unref() it
 *
 * Return: 0 or negative errno.
 */
int catalog_timeline(Catalog *catalog, TimelineSide side, int64_t day, Timeline **ret);

Timeline *timeline_unref(Timeline *timeline);
DEFINE_CLEANUP(Timeline, timeline_unrefp, timeline_unref)

/** timeline_instances() - return all instances, borrowed */
const CatalogInstances *timeline_instances(const Timeline *timeline);
