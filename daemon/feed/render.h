#pragma once

/*
 * Private to feed/: writes the lines of one object for the readers of a feed, with the names of its zones.
 * Feeds and deltas share it, so that an event has the same lines in both.
 */

#include "feed/entries.h"
#include "feed/related.h"
#include "feed/select.h"
#include "feed/zones.h"

enum { FEED_RENDER_BYTES = 1024 * 1024 * 1024, FEED_RENDER_PARENT_BYTES = 1024 * 1024 };

typedef struct FeedRender {
        const FeedSelection *selection;
        Store *store;
        Config *config;
        FeedZones *zones;     /* zones of the objects are added here */
        FeedRelated *related; /* UIDs that the lines depend on are added here; NULL if nobody asks */
        Buffer lines;         /* of all objects that were rendered */
        uint16_t *used;       /* zones of the last object, indexes into zones->list */
        size_t n_used;
        Buffer parent; /* the line that names the parent event */
        int error;     /* the first error of a callback */
} FeedRender;

#define FEED_RENDER_INIT                                                                                    \
        {                                                                                                   \
                .lines = BUFFER_INIT(FEED_RENDER_BYTES), .parent = BUFFER_INIT(FEED_RENDER_PARENT_BYTES)    \
        }

/**
 * feed_render_entry() - append the lines of an object that feed_select_has() has found, and its entry to
 * @out; nothing if the readers may not see it, or if its text cannot be read, which is logged
 *
 * Return: 0, a condition of the store, negative errno.
 */
int feed_render_entry(FeedRender *render, const ObjectRecord *record, FeedEntries *out);
void feed_render_done(FeedRender *render);
