#pragma once

/*
 * Inside of feed/ only: the objects to which a feed's events are related. Events do not name a private
 * object, so a change of a related object may change the events.
 */

#include "store/object.h"

typedef struct FeedRelated {
        uint64_t *hashes; /* of their UIDs, ascending; a collision only causes a needless full build */
        size_t n, allocated;
} FeedRelated;

/** feed_related_add() - Return: 0 or -ENOMEM. */
int feed_related_add(FeedRelated *related, const char *uid);
bool feed_related_has(const FeedRelated *related, const char *uid);
void feed_related_done(FeedRelated *related);

/**
 * feed_related_is_secret() - whether the public may not know of an object. Return: 0 or an error of the
 * store.
 */
int feed_related_is_secret(Store *store, const char *uid, bool *ret);
