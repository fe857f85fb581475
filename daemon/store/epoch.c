#include "store/epoch.h"

#include "base/cleanup.h"

#include <stdio.h>
#include <stdlib.h>

enum { EPOCH_LENGTH = 16 }; /* 96 random bits */

int epoch_get(Store *store, char ret[static TOKEN_SIZE])
{
        CLEANUP(cleanup_free) char *epoch = NULL;
        int r = store_meta_get(store, META_EPOCH, &epoch);
        if (r == 0 && !epoch)
                r = DB_E_CORRUPT;
        if (r == 0)
                snprintf(ret, TOKEN_SIZE, "%s", epoch);
        return r;
}

int epoch_renew(Store *store)
{
        char token[TOKEN_SIZE];
        int r = token_make(token);
        token[EPOCH_LENGTH] = '\0';
        return r != 0 ? r : store_meta_set(store, META_EPOCH, token);
}
