#include "dav/sync-token.h"

#include "base/cleanup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEME "data:,"

int sync_epoch(Store *store, char ret[static TOKEN_SIZE])
{
        CLEANUP(cleanup_free) char *epoch = NULL;
        int r = store_meta_get(store, "epoch", &epoch);
        if (r == 0)
                snprintf(ret, TOKEN_SIZE, "%s", epoch ? epoch : "0");
        return r;
}

void sync_token_write(const char *epoch, int64_t change, char ret[static SYNC_TOKEN_SIZE])
{
        snprintf(ret, SYNC_TOKEN_SIZE, SCHEME "%s/%" PRId64, epoch, change);
}

/* A token is only valid as it was written, so it is written again and compared. */
int sync_token_read(const char *text, const char *epoch, int64_t newest, int64_t *ret)
{
        char token[SYNC_TOKEN_SIZE];
        const char *slash = strrchr(text, '/');
        if (!slash)
                return SYNC_E_TOKEN;
        int64_t change = strtoll(slash + 1, NULL, 10);
        sync_token_write(epoch, change, token);
        if (strcmp(token, text) != 0 || change < 0 || change > newest)
                return SYNC_E_TOKEN;
        *ret = change;
        return 0;
}
