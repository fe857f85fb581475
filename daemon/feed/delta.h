#pragma once

/*
 * The changes of a feed since a sync token (draft-ietf-calext-subscription-upgrade-13, 3): a calendar with
 * the new and changed events, and with the UID and STATUS:DELETED of those that have left the feed. It is
 * made from the store alone: from the objects that have changed, their history, the parts of events that
 * were renamed, and the events at the edges of the feed's window. A client that has the feed as it was at
 * the token and applies the delta has the feed as it is now, apart from the calendar's own properties.
 */

#include "base/blob.h"
#include "feed/delta-token.h"

typedef struct FeedDelta {
        char *bytes; /* the calendar; NULL if nothing has changed */
        size_t len;
        char token[FEED_TOKEN_SIZE]; /* the new one, without quotes */
        int64_t change;              /* the number in it */
} FeedDelta;

void feed_delta_done(FeedDelta *delta);

/**
 * feed_delta_make() - make a delta
 * @token: that the client sent, without quotes
 * @ret:   call feed_delta_done(), also after a failure
 *
 * The cost grows with the changes since the token, not with the feed; but if an event has become PRIVATE or
 * public, the texts of all events in the window are searched for its UID.
 *
 * Return: 0; FEED_E_TOKEN if the client must read the feed from the beginning; FEED_E_NOT_FOUND; a condition
 * of the store, negative errno.
 */
int feed_delta_make(const FeedName *name, Config *config, Store *store, usec_t now, const char *token,
                FeedDelta *ret);
