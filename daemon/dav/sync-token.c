#include "dav/sync-token.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEME "data:,"

void sync_token_write(const char *epoch, SyncState state, char ret[static SYNC_TOKEN_SIZE])
{
        int len = snprintf(ret, SYNC_TOKEN_SIZE, SCHEME "%s/%" PRId64, epoch, state.change);
        if (state.beginning > state.change)
                snprintf(ret + len, SYNC_TOKEN_SIZE - (size_t)len, "/%" PRId64, state.beginning);
}

/* A token is only valid as it was written, so it is written again and compared. */
int sync_token_read(const char *text, const char *epoch, int64_t newest, SyncState *ret)
{
        char token[SYNC_TOKEN_SIZE];
        const char *slash = strchr(text, '/');
        if (!slash)
                return SYNC_E_TOKEN;
        char *end;
        SyncState state = { .change = strtoll(slash + 1, &end, 10) };
        state.beginning = *end == '/' ? strtoll(end + 1, NULL, 10) : state.change;
        sync_token_write(epoch, state, token);
        if (strcmp(token, text) != 0 || state.change < 0 || state.beginning > newest)
                return SYNC_E_TOKEN;
        *ret = state;
        return 0;
}
