#pragma once

/* Lists the hosts whose free-busy, published elsewhere, is to be fetched (meet/fetched.h). */

#include "calendar/zone.h"
#include "store/store.h"

/**
 * fetch_due_each() - call @on_due for each host that has an offer, and whose FBURL was not tried for some
 * time. A host with several offers may be passed several times.
 * @fallback: zone of dates without one
 * @before:   a host whose present FBURL was tried at this time or later is not due
 * @on_due:   with the ETag of what was last fetched from @url, "" if nothing was in this week; a nonzero
 *            result ends the calls
 * Return: 0, the nonzero result of @on_due, others as the store's.
 */
int fetch_due_each(Store *store, const Zone *fallback, usec_t before, usec_t now,
                int (*on_due)(const char *host, const char *url, const char *etag, void *userdata),
                void *userdata);
