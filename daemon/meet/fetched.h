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
 * fetched_url() - return the FBURL of a card, with HTTP or HTTPS and the lowest PREF; NULL if there is
 * none
 */
const char *fetched_url(const Card *card);

/** fetched_add() - append the fetched busy times of a host */
int fetched_add(Store *store, const Host *host, BusyList *list);

/** The result of one try; borrowed. */
typedef struct FetchedResult {
        const char *host, *url, *etag;
        const char *text; /* NULL: it is not modified, or the try failed */
        size_t len;
        const char *error; /* why the try failed; NULL if it succeeded */
} FetchedResult;

/**
 * fetched_keep() - keep the result of a try
 * @ret_news: why the try failed, if the last try did not fail for the same reason; "" if it succeeded and
 *            the last one failed; otherwise NULL. Borrowed from @result or static.
 */
int fetched_keep(Store *store, const Config *config, const FetchedResult *result, usec_t now,
                const char **ret_news);
