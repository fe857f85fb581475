#pragma once

/*
 * Keeps the busy times that a host publishes elsewhere: at the FBURL of the card (RFC 6350, 6.9.1). They
 * are fetched on a timer. They count until the next successful fetch, because a time that is not offered
 * does less harm than one that is booked twice. When FBURL changes, the times of the old URL no longer
 * count.
 */

#include "config/config.h"
#include "meet/busy.h"
#include "meet/host.h"

enum { FETCHED_BYTES_MAX = 1024 * 1024 };

/**
 * fetched_url() - return the FBURL of a card; if it has several for HTTP or HTTPS, the one with the lowest
 * PREF; NULL if it has none. Borrowed from @card.
 */
const char *fetched_url(const Card *card);

/**
 * fetched_add() - append the busy times that were fetched from the present FBURL. Return: 0, as the store's.
 */
int fetched_add(Store *store, const Host *host, BusyList *list);

/** The result of one try; borrowed. */
typedef struct FetchedResult {
        const char *host, *url, *etag;
        const char *text; /* NULL: the file is not modified, or the try failed */
        size_t len;
        const char *error; /* why the try failed; NULL if it succeeded */
} FetchedResult;

/**
 * fetched_keep() - keep the result of a try. If the file is no calendar, the try counts as failed.
 * @ret_news: why the try failed, if the try before it did not fail for the same reason; "" if this try
 *            succeeded and the one before it failed; otherwise NULL. Borrowed from @result or static.
 * Return: 0, a condition of the store, negative errno.
 */
int fetched_keep(Store *store, const Config *config, const FetchedResult *result, usec_t now,
                const char **ret_news);
