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
        usec_t day_start;       /* of the feed's day */
} FeedSelection;

/**
 * feed_select_window() - set the window by feed.past and feed.future around a day. @day: since the epoch,
 * UTC
 */
void feed_select_window(FeedSelection *selection, const Config *config, int64_t day);

/**
 * feed_select_check() - whether the kind or calendar exists; an event is looked for when it is read.
 *
 * Return: 0, FEED_E_NOT_FOUND, a condition of the store, negative errno.
 */
int feed_select_check(const FeedName *name, const Config *config, Store *store);

/**
 * feed_select_subscriptions() - everything that a contact is listed for, a line each
 * @ret: another text means another selection; free() it
 *
 * Return: 0, a condition of the store, negative errno.
 */
int feed_select_subscriptions(Store *store, int64_t contact, char **ret);

bool feed_select_has(const FeedSelection *selection, const ObjectRecord *record);

/**
 * feed_select_audience() - a contact's own feed tells it more than the public sees only of what the office
 * has listed it for.
 */
PublishAudience feed_select_audience(const FeedSelection *selection, const ObjectRecord *record);

/**
 * feed_select_modified() - when an object that the feed could hold last changed
 * Not for FEED_EVENT, whose one object says it itself.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int feed_select_modified(const FeedName *name, Store *store, usec_t *ret);
