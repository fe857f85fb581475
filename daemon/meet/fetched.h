#pragma once

/*
 * Keeps the busy times that a host publishes elsewhere: at the FBURL of the card (RFC 6350, 6.9.1). They
 * are fetched on a timer, and count until they are fetched again, also while the fetching fails: better a
 * time that is not offered than one that is booked twice. Another FBURL makes those of the old one void.
 */

#include "config/config.h"
#include "meet/busy.h"
#include "meet/host.h"

enum { FETCHED_BYTES_MAX = 1024 * 1024 };

/**
 * fetched_url() - return the FBURL of a card by HTTP or HTTPS, that with the lowest PREF; NULL if there is
 * none
 */
const char *fetched_url(const Card *card);

/** fetched_add() - append what was fetched for a host */
int fetched_add(Store *store, const Host *host, BusyList *list);

/** The result of one try; borrowed. */
typedef struct FetchedResult {
        const char *host, *url, *etag;
        const char *text; /* NULL: it is as before, or failed */
        size_t len;
        const char *error; /* NULL: it has not failed */
} FetchedResult;

/**
 * fetched_keep() - keep the result of a try
 * @ret_news: why it has failed, if it is another reason than that of the last try; "" if it works again; NULL if nothing
 *            is new. Borrowed from @result or static.
 */
int fetched_keep(Store *store, const Config *config, const FetchedResult *result, usec_t now,
                const char **ret_news);
