#pragma once

/* The name of a feed: a scope and a target, as in the feed's address. */

#include "base/conditions.h"

#include <stdbool.h>
#include <stdint.h>

enum {
        /* there is no such kind, calendar, event or contact, or the event may not be seen */
        FEED_E_NOT_FOUND = CONDITIONS_FEED + 1,
};

typedef enum FeedScope { FEED_ALL = 1, FEED_KIND, FEED_CALENDAR, FEED_EVENT, FEED_PRIVATE } FeedScope;

typedef struct FeedName {
        FeedScope scope;
        const char *target; /* a kind, collection or UID; NULL for FEED_ALL and FEED_PRIVATE */
        bool has_parts;     /* with PARTICIPANT and VLOCATION (calendar/publish.h) */
        int64_t contact;    /* for FEED_PRIVATE: the object id of the contact */
} FeedName;
