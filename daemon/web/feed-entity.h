#pragma once

/* The reply to a request for a feed: its bytes in the form that was asked for, and the header fields. */

#include "config/config.h"
#include "feed/feed.h"
#include "http/entity.h"

/* The fields of a request, beside Accept-Encoding, on which a reply depends (web/feed-deltas.h) */
#define FEED_VARY "Prefer, Sync-Token"

/** The format that a feed is sent in. */
typedef enum FeedForm { FEED_FORM_ICALENDAR, FEED_FORM_JCAL /* RFC 7265 */ } FeedForm;

typedef struct FeedAsked {
        FeedScope scope;
        FeedForm form;
        const char *target; /* kind, collection, UID; FEED_PRIVATE: the token; FEED_ALL: "" */
} FeedAsked;

/**
 * feed_entity_new() - make the entity of a feed
 * @feed: updated at least once
 * @ret:  http_entity_unref() it; an iCalendar has the fields of a subscription upgrade (web/feed-deltas.h)
 *
 * Return: 0, or a negative errno: -ENOMEM, -EFBIG for a jCal of more than 1 GiB.
 */
int feed_entity_new(const FeedAsked *asked, const Feed *feed, const Config *config, HttpEntity **ret);
