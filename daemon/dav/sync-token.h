#pragma once

/*
 * Sync tokens (RFC 6578, 4): `data:,EPOCH/NUMBER`, with the number of the last change in the collection that
 * the client has. The epoch changes if changes may have been lost, as after a backup was put back. The ctag
 * of a collection is the same text.
 */

#include "base/hash.h"
#include "store/store.h"

enum {
        SYNC_TOKEN_SIZE = TOKEN_SIZE + 32,
        SYNC_E_TOKEN = CONDITIONS_DAV + 40, /* not a token of this store, or from a future that was lost */
};

void sync_token_write(const char *epoch, int64_t change, char ret[static SYNC_TOKEN_SIZE]);

/**
 * sync_token_read() - read the number of a token
 * @newest: the number of the last change in the collection
 * Return: 0, SYNC_E_TOKEN.
 */
int sync_token_read(const char *text, const char *epoch, int64_t newest, int64_t *ret);
