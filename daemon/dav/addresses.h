#pragma once

/* The addresses of the calendars and address books that an account may use, for a person to copy. */

#include "dav/resource.h"
#include "store/account-right.h"

typedef struct DavAddress {
        const Collection *collection;
        AccountAccess access; /* read or write */
        const char *url;      /* encoded, with a final slash */
} DavAddress;

/**
 * addresses_each() - call @on_address for each collection that an account may read, by its key
 * @base_url: http.base_url
 *
 * The DavAddress and its strings are valid during the call. Another result than 0 ends the walk.
 * Return: 0, the result of @on_address, a condition of the store, negative errno.
 */
int addresses_each(Store *store, const Account *account, const char *base_url,
                int (*on_address)(const DavAddress *address, void *userdata), void *userdata);

/** addresses_root() - append the address that most programs ask for, at which they find all others */
void addresses_root(const char *base_url, Buffer *out);
