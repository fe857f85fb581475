#pragma once

/*
 * Sync tokens (RFC 6578, 4): `data:,EPOCH/NUMBER`, with the number of the last change in the collection that
 * the client has. The epoch changes if changes may have been lost, as after a backup was put back. The ctag
 * of a collection is the same text.
 *
 * A first sync that is cut by a limit (3.6) has tokens `data:,EPOCH/NUMBER/BEGINNING`, with the number of
 * the collection's last change when that sync began. The client has no member whose change is later than
 * NUMBER, so it needs the deletions since the beginning only, and older ones may have been forgotten.
 */

#include "base/hash.h"
#include "store/store.h"

enum {
        SYNC_TOKEN_SIZE = TOKEN_SIZE + 56,
        SYNC_E_TOKEN = CONDITIONS_DAV + 40, /* not a token of this store, or from a future that was lost */
};

/** A client has the changes until `change`, and the deletions until `beginning`. */
typedef struct SyncState {
        int64_t change;
        int64_t beginning; /* of a first sync that was cut; otherwise `change` */
} SyncState;

/** sync_token_write() - write a token, with a beginning if that is later than the change */
void sync_token_write(const char *epoch, SyncState state, char ret[static SYNC_TOKEN_SIZE]);

/**
 * sync_token_read() - read the numbers of a token
 * @newest: the number of the last change in the collection
 * Return: 0, SYNC_E_TOKEN.
 */
int sync_token_read(const char *text, const char *epoch, int64_t newest, SyncState *ret);
