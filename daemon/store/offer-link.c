#include "store/offer-link.h"

#include "store/ledger-internal.h"

/* The keys of mails, from which tokens are derived as well, have hexadecimal digits only. */
#define OFFER_KEY "offer"

int offer_link_make(Store *store, const ObjectRecord *offer, char ret[static TOKEN_SIZE])
{
        return past_token(store, offer->id, OFFER_KEY, ret);
}

int offer_link_find(Store *store, const char *token, ObjectRecord **ret)
{
        char right[TOKEN_SIZE];
        int64_t id = token_number(token);
        *ret = NULL;
        int r = id > 0 ? past_token(store, id, OFFER_KEY, right) : STORE_E_NOT_FOUND;
        if (r != 0)
                return r;
        return token_is(token, right) ? object_get_by_id(store, id, ret) : STORE_E_NOT_FOUND;
}
