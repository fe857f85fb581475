#pragma once

/*
 * Private to feed/: what an object was after a token was given, from the history of the store. A delta may
 * tell that an event was deleted only if the readers of the feed have known of it: the UID of an event that
 * was always PRIVATE is not told.
 */

#include "feed/select.h"

typedef struct FeedPast {
        bool was_shown;   /* an earlier version was in the feed */
        bool was_renamed; /* since then its name or class has changed, or it is new or gone */
        bool was_hidden;  /* since then it was PRIVATE, and is not, or the other way round */
        bool is_unknown;  /* not shown now, and too little of the history is left to know of was_shown */
} FeedPast;

typedef struct FeedPastAsked {
        const FeedSelection *then; /* the feed, with the window that it had */
        const Config *config;
        usec_t since;      /* not after the token was given */
        usec_t kept_since; /* older changes may have been removed from the history */
        const char *uid;
        const ObjectRecord *now; /* NULL if no object of the office has the UID */
        bool is_shown;           /* it is in the feed now */
} FeedPastAsked;

/** feed_past_is_shown() - whether a feed selects an object and does not hide it from the readers */
int feed_past_is_shown(const FeedSelection *selection, Store *store, const ObjectRecord *record, bool *ret);

/** feed_past_look() - read the history of an object. Return: 0, a condition of the store, negative errno. */
int feed_past_look(Store *store, const FeedPastAsked *asked, FeedPast *ret);
