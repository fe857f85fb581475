#pragma once

/* The addresses of the calendars and address books that an account may use, for a person to copy. */

#include "base/language.h"
#include "dav/resource.h"
#include "store/account-right.h"

typedef struct DavAddress {
        const Collection *collection;
        AccountAccess access; /* read or write */
        bool is_drafts;       /* the drafts of the calendar, which are a collection of their own */
        const char *title;    /* as the programs show it (dav/collection-title.h) */
        const char *url;      /* encoded, with a final slash */
} DavAddress;

/**
 * addresses_each() - call @on_address for each collection that an account may read, by its key, and after a
 * calendar for its drafts, if the account may write them. The inbox, which programs find themselves, is left
 * out.
 * @base_url: http.base_url
 * @language: of the titles that nobody has changed
 *
 * The DavAddress and its strings are valid during the call. Another result than 0 ends the walk.
 * Return: 0, the result of @on_address, a condition of the store, negative errno.
 */
int addresses_each(Store *store, const Account *account, const char *base_url, Language language,
                int (*on_address)(const DavAddress *address, void *userdata), void *userdata);

/** addresses_root() - append the address that most programs ask for, at which they find all others */
void addresses_root(const char *base_url, Buffer *out);

/** addresses_principal() - append the address of an account, for programs that do not look for it */
void addresses_principal(const char *base_url, const char *account, Buffer *out);
