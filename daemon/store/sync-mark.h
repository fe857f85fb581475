#pragma once

/*
 * A small file beside the store that has its epoch and the number of the newest change that clients may know
 * from a sync token. A store that was put back from a backup is behind the file, or has another epoch, or
 * has no file. Then the epoch is renewed, so that no client takes an old token for "nothing has changed". A
 * store that was put back together with its file is not noticed.
 *
 * The name of the file is, for example, "sync-convened.db", which `convened.db*` does not match: a backup
 * with that pattern does not put back the file together with the store. The file is not synced. A power
 * loss can only leave it behind the store, where it does no harm. An engine without a file has none.
 */

#include "store/store.h"

#define META_SYNC_MARK "sync_mark" /* "1" if the store had a file */

typedef struct SyncMark SyncMark;

/**
 * sync_mark_settle() - compare a store with its file, and renew the epoch if the store was put back
 * @store: open for writing, without a transaction
 * @ret_renewed: whether the epoch was renewed; set on 0 only
 *
 * store_open() calls this function before anything is written: later changes would bring an older store up
 * to the number in the file. It makes no file for a store that never had one, and so has no tokens.
 * Return: 0; a condition of the store; negative errno, also if the file cannot be read or written.
 */
int sync_mark_settle(Store *store, bool *ret_renewed);

/**
 * sync_mark_open() - do the same, and make the file if there is none
 * @store: open for writing, without a transaction
 * @ret_renewed: whether the epoch was renewed, now or when the store was opened; set on 0 only
 * @ret: NULL on failure, and for an engine without a file; every function with a SyncMark accepts NULL
 *
 * Return: 0; a condition of the store; negative errno, also if the file cannot be read or written.
 */
int sync_mark_open(Store *store, bool *ret_renewed, SyncMark **ret);
SyncMark *sync_mark_free(SyncMark *mark);
DEFINE_CLEANUP(SyncMark, sync_mark_freep, sync_mark_free)

/**
 * sync_mark_note() - note the number of a change that a token may have. Any thread may call this function.
 * Return: 0 or negative errno; only for the first failure.
 */
int sync_mark_note(SyncMark *mark, int64_t change);

/** sync_mark_tell() - as sync_mark_note(), but a failure is logged */
void sync_mark_tell(SyncMark *mark, int64_t change);
