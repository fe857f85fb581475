#include "dav/sync-token.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEME "data:,"

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
