#include "store/private-feed.h"

#include "store/query.h"

#include <string.h>

int private_feed_make(Store *store, int64_t contact, usec_t now, char ret_token[static TOKEN_SIZE])
{
        char token[TOKEN_SIZE], hash[HASH_HEX_SIZE];
        int r = token_make(token);
        if (r < 0)
                return r;
        hash_hex(token, strlen(token), hash);
        r = QUERY_RUN(store,
                        "INSERT INTO private_feed (contact, digest, at)"
                        " VALUES ($1, $2, $3)"
                        " ON CONFLICT (contact) DO UPDATE SET digest = excluded.digest, at = excluded.at",
                        BIND_I(contact), BIND_T(hash), BIND_I(now));
        if (r == 0)
                memcpy(ret_token, token, sizeof(token));
        return r;
}

int private_feed_revoke(Store *store, int64_t contact)
{
        int r = QUERY_RUN(store, "DELETE FROM private_feed WHERE contact = $1", BIND_I(contact));
        return r != 0 ? r : query_changed(store) > 0 ? 0 : STORE_E_NOT_FOUND;
}

int private_feed_contact(Store *store, const char *token, int64_t *ret_contact)
{
        char hash[HASH_HEX_SIZE];
        int64_t contact = 0;
        hash_hex(token, strlen(token), hash);
        int r = QUERY_NUMBER(store, &contact, 0, "SELECT contact FROM private_feed WHERE digest = $1",
                        BIND_T(hash));
        if (r != 0 || contact == 0)
                return r != 0 ? r : STORE_E_NOT_FOUND;
        *ret_contact = contact;
        return 0;
}
