#pragma once

/*
 * The instances of a catalog from a day on, or before that day, one after another in the order in which a
 * page lists them. A page reads as many as it shows; the cost does not depend on how many there are.
 */

#include "base/conditions.h"
#include "catalog/instances.h"
#include "catalog/search.h"

typedef enum TimelineSide { TIMELINE_AHEAD, TIMELINE_PAST } TimelineSide;

typedef struct Timeline Timeline;

enum {
        TIMELINE_MARGIN_DAYS = 3,
        TIMELINE_END = CONDITIONS_CATALOG + 1, /* there is no other instance */
};

typedef struct TimelineOptions {
        /*
         * TIMELINE_AHEAD: those that may be upcoming for a reader, by start; TIMELINE_PAST: those that may
         * be past, the latest first
         */
        TimelineSide side;
        /*
         * In days since the epoch, UTC. The reader's day may differ from it by one, an event's day by two.
         * Therefore both sides contain the instances within TIMELINE_MARGIN_DAYS of the day.
         */
        int64_t day;
        const char *kind;          /* "" for all */
        const CatalogFound *found; /* borrowed for the life of the timeline; NULL for all events */
} TimelineOptions;

/**
 * timeline_new() - begin a timeline
 * @catalog: borrowed for the life of the timeline
 *
 * Return: 0 or negative errno.
 */
int timeline_new(const Catalog *catalog, const TimelineOptions *options, Timeline **ret);
Timeline *timeline_free(Timeline *timeline);
DEFINE_CLEANUP(Timeline, timeline_freep, timeline_free)

/**
 * timeline_next() - get the next instance
 * @ret: borrows its texts for the life of the timeline
 *
 * Return: 0, TIMELINE_END, or negative errno.
 */
int timeline_next(Timeline *timeline, CatalogInstance *ret);
