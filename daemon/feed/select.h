#pragma once

/* Inside of feed/ only: which objects of the store a feed holds. */

#include "calendar/publish.h"
#include "config/config.h"
#include "feed/name.h"
#include "store/object.h"

typedef struct FeedSelection {
        const FeedName *name;
        const char *subscribed; /* FEED_PRIVATE: see feed_select_subscriptions(); NULL otherwise */
        usec_t from, to;        /* the window, from midnight to midnight UTC */
        usec_t day_start;       /* start of the feed's day, UTC */
} FeedSelection;

/**
 * feed_select_window() - set the window by feed.past and feed.future around a day
 * @day: since the epoch, UTC
 */
void feed_select_window(FeedSelection *selection, const Config *config, int64_t day);

/**
 * feed_select_check() - whether the kind or calendar exists; for an event, building the feed shows it
 *
 * Return: 0, FEED_E_NOT_FOUND, a condition of the store, negative errno.
 */
int feed_select_check(const FeedName *name, const Config *config, Store *store);

/**
 * feed_select_subscriptions() - write everything that a contact is listed for, one listing a line
 * @ret: a different text means a different selection; free() it
 *
 * Return: 0, a condition of the store, negative errno.
 */
int feed_select_subscriptions(Store *store, int64_t contact, char **ret);

bool feed_select_has(const FeedSelection *selection, const ObjectRecord *record);

/**
 * feed_select_audience() - return the audience of an object: the contact, in its own feed and if the
 * office has listed it for the object; else the public
 */
PublishAudience feed_select_audience(const FeedSelection *selection, const ObjectRecord *record);

/**
 * feed_select_modified() - find when an object that the feed could contain last changed
 * Not for FEED_EVENT, whose one object has that time itself.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int feed_select_modified(const FeedName *name, Store *store, usec_t *ret);
