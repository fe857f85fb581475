#include "store/offer-link.h"

#include "store/ledger-internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* No mail has this key: the keys of mails, from which tokens are derived as well, are hexadecimal digits. */
#define OFFER_KEY "offer"

int offer_link_make(Store *store, const ObjectRecord *offer, char ret[static TOKEN_SIZE])
{
        return past_token(store, offer->id, OFFER_KEY, ret);
}

void offer_link_derive(const char *secret, int64_t number, char ret[static TOKEN_SIZE])
{
        token_derive(secret, number, OFFER_KEY, ret);
}

/* Finds the offer of a link that another store has derived. */
static int find_kept(Store *store, const char *token, ObjectRecord **ret)
{
        CLEANUP(cleanup_free) char *name = NULL, *number = NULL;
        if (asprintf(&name, OFFER_LINK_PREFIX "%s", token) < 0)
                return -ENOMEM;
        int r = store_meta_get(store, name, &number);
        if (r != 0 || !number)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        return object_get_by_id(store, strtoll(number, NULL, 10), ret);
}

int offer_link_find(Store *store, const char *token, ObjectRecord **ret)
{
        char right[TOKEN_SIZE];
        int64_t id = token_number(token);
        *ret = NULL;
        int r = id > 0 ? past_token(store, id, OFFER_KEY, right) : STORE_E_NOT_FOUND;
        if (r != 0)
                return r;
        return token_is(token, right) ? object_get_by_id(store, id, ret) : find_kept(store, token, ret);
}
