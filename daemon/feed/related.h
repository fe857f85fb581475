#pragma once

/*
 * Private to feed/: the objects that the events of a feed are related to. The lines of an event name its
 * parent event, and leave out related objects that the feed's readers may not know of. Therefore a change of
 * a related object may change these lines.
 */

#include "base/buffer.h"
#include "base/language.h"
#include "feed/select.h"

typedef struct FeedRelated {
        uint64_t *hashes; /* of the UIDs, ascending; a collision only causes a needless full build */
        size_t n;
} FeedRelated;

/** feed_related_add() - add an object, unless it is in the list. Return: 0 or -ENOMEM. */
int feed_related_add(FeedRelated *related, const char *uid);
bool feed_related_has(const FeedRelated *related, const char *uid);
void feed_related_done(FeedRelated *related);

/**
 * feed_related_is_secret() - whether the readers of a feed may not know of an object; false if the object
 * does not exist. Return: 0, a condition of the store, or negative errno.
 */
int feed_related_is_secret(const FeedSelection *selection, Store *store, const char *uid, bool *ret);

/**
 * feed_related_write_parent() - append the line that names a parent event; nothing if it does not exist or
 * the readers of the feed may not know its name
 *
 * Return: 0, a condition of the store, or negative errno.
 */
int feed_related_write_parent(const FeedSelection *selection, Store *store, const char *uid,
                Language language, Buffer *out);
