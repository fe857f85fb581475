#pragma once

/*
 * The mark: a small file beside the store that says how far the store's ledger has come. A store that was
 * restored from a backup is behind its mark, so that the daemon notices before it sends a mail for the
 * second time.
 *
 * The store counts the transactions in which the outbox moved a mail (counter `move`). The mark has the
 * store's own name, a random text, and the number of the last such transaction. It is written only after
 * the transaction is on disk, so that it is never ahead of the store, whatever crash comes between; and it
 * is synced at most a second later, so that only a power loss can leave it behind. The next start of the
 * daemon then brings it up to the store.
 *
 * The name of the file, "mark-convened.db", is chosen so that `convened.db*` does not match it: a backup by
 * that pattern does not restore the mark together with the store. An engine without a file has no mark.
 */

#include "store/store.h"

typedef enum MarkAge {
        MARK_CURRENT = 0,
        MARK_OLDER = 1,   /* the ledger is behind the mark */
        MARK_OTHER = 2,   /* the mark is of another store, from which mails went */
        MARK_MISSING = 3, /* the store had a mark, and it is gone: the store was copied without it */
} MarkAge;

/**
 * mark_compare() - compare a store with its mark
 *
 * A store that no daemon has used is MARK_CURRENT whatever the mark says: nothing of the time before its
 * first start is mailed. So is a store of an older version that never had a mark. A file that is no mark
 * counts as missing.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int mark_compare(Store *store, MarkAge *ret);

/**
 * mark_adopt() - make the mark agree with the store: make both if they are missing, and bring the one that
 * is behind up to the other
 *
 * The file is durable before the store's number is changed. In a transaction of the caller the change of
 * the store belongs to it.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int mark_adopt(Store *store);

typedef struct Mark Mark;

/**
 * mark_open() - open the mark for mark_write(); a file that was removed since mark_adopt() is made again
 * @ret: NULL on failure, and if mark_adopt() has not made a mark; every function accepts NULL
 * Return: 0, a condition of the store, negative errno.
 */
int mark_open(Store *store, Mark **ret);
Mark *mark_free(Mark *mark);
DEFINE_CLEANUP(Mark, mark_freep, mark_free)

/** mark_count() - count a transaction of the outbox, in this transaction. @ret: its number, for mark_write() */
int mark_count(Store *store, int64_t *ret);

/**
 * mark_write() - write the number of a transaction that is on disk. If the file was removed, it is made
 * again.
 * @now: monotonic
 * Return: 0 or negative errno.
 */
int mark_write(Mark *mark, int64_t number, usec_t now);

/**
 * mark_sync_at() - when mark_sync() is due; monotonic, USEC_INFINITY if all is synced
 * mark_sync() - sync the file if that is due at @now. Return: 0 or negative errno.
 */
usec_t mark_sync_at(const Mark *mark);
int mark_sync(Mark *mark, usec_t now);
