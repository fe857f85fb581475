#pragma once

/* Private to feed/: selects the objects of the store that a feed contains. */

#include "calendar/publish.h"
#include "config/config.h"
#include "feed/name.h"
#include "store/object.h"

enum { FEED_CANCELLED_STAYS_DAYS = 30 }; /* a cancelled event stays in feeds so long after its end */

typedef struct FeedSelection {
        const FeedName *name;
        const char *subscribed;      /* for FEED_PRIVATE, from feed_select_subscriptions(); otherwise NULL */
        const ObjectRecord *contact; /* for FEED_PRIVATE */
        usec_t from, to;             /* the window, from midnight to midnight UTC */
        usec_t day_start;            /* when the feed's day starts, UTC */
} FeedSelection;

/**
 * feed_select_window() - set the window around a day, by feed.past and feed.future
 * @day: in days since the epoch, UTC
 */
void feed_select_window(FeedSelection *selection, const Config *config, int64_t day);

/**
 * feed_select_check() - check that the kind or calendar of a feed exists. An event is not checked: this is
 * done when the feed is built.
 *
 * Return: 0, FEED_E_NOT_FOUND, a condition of the store, or negative errno.
 */
int feed_select_check(const FeedName *name, const Config *config, Store *store);

/**
 * feed_select_subscriptions() - write all listings of a contact, one on each line
 * @ret: the text, to be freed with free(). If it has changed since the last build, a full build is needed.
 *
 * Return: 0, a condition of the store, or negative errno.
 */
int feed_select_subscriptions(Store *store, int64_t contact, char **ret);

/** feed_select_has() - whether an object is an event in the scope and the window of the feed */
bool feed_select_has(const FeedSelection *selection, const ObjectRecord *record);

/**
 * feed_select_audience() - find the audience of an object
 *
 * In a private feed the audience follows the rule of store/audience.h; a contact without any listing counts
 * as listed for everything. For the booking of a meeting the audience is PUBLISH_CONTACT if the contact is
 * the host or the visitor, otherwise PUBLISH_PUBLIC. In other feeds it is always PUBLISH_PUBLIC.
 *
 * Return: 0, a condition of the store, or negative errno.
 */
int feed_select_audience(const FeedSelection *selection, Store *store, const ObjectRecord *record,
                PublishAudience *ret);

/**
 * feed_select_modified() - find when an object that the feed could contain was last changed. Not for
 * FEED_EVENT: there it is the time of the only object.
 *
 * Return: 0, a condition of the store, or negative errno.
 */
int feed_select_modified(const FeedName *name, Store *store, usec_t *ret);
