#pragma once

/* Lists the hosts whose free-busy, published elsewhere, is to be fetched (meet/fetched.h). */

#include "calendar/zone.h"
#include "store/store.h"

/**
 * fetch_due_each() - call @on_due for each host with an offer and an FBURL whose times were not tried since
 * a time
 * @before: a host that was tried at this time or later is not due
 * @on_due: with the etag of what is kept, "" for none
 */
int fetch_due_each(Store *store, const Zone *fallback, usec_t before,
                int (*on_due)(const char *host, const char *url, const char *etag, void *userdata),
                void *userdata);
