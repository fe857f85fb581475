#pragma once

/*
 * The mark: a small file beside the store that records how far the store's ledger has come. A store that
 * was restored from a backup is behind its mark, and so the daemon notices this before it sends a mail for
 * the second time.
 *
 * The store counts the transactions in which the outbox moved a mail (counter `move`). The mark has the
 * store's own name, which is a random text, and the number of the last such transaction. The mark is
 * written only after the transaction is on disk, so after any crash it is not ahead of the store. It is
 * synced at most a second later, so only a power loss can leave it behind the store. In that case the next
 * start of the daemon raises it to the number of the store.
 *
 * The name of the file is, for example, "mark-convened.db", which `convened.db*` does not match: a backup
 * with that pattern does not restore the mark together with the store. An engine without a file has no
 * mark.
 */

#include "base/hash.h"
#include "store/store.h"

/*
 * META_MARK - the store's own name, in the mark; MARK_COUNTER - the counter of transactions that moved mails
 */
#define META_MARK    "mark"
#define MARK_COUNTER "move"

enum { MARK_WORD_SIZE = TOKEN_SIZE + 24 };

typedef enum MarkAge {
        MARK_CURRENT = 0,
        MARK_OLDER = 1,   /* the ledger is behind the mark */
        MARK_OTHER = 2,   /* the mark is of another store, from which mails were sent */
        MARK_MISSING = 3, /* the store had a mark that is gone, because the store was copied without it */
        /* mark_compare() never returns these: */
        MARK_LOSSES = 4,  /* a repair has lost rows about mails */
        MARK_ORDERED = 5, /* an operator has ordered a hold */
} MarkAge;

/**
 * mark_compare() - compare a store with its mark
 *
 * A store that no daemon has used is MARK_CURRENT whatever its mark, because the daemon sends no mail about
 * the time before its first start. A store of an older version that never had a mark is MARK_CURRENT, too.
 * A file that is not a mark counts as missing.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int mark_compare(Store *store, MarkAge *ret);

/**
 * mark_word() - write the content of the mark as one word without blanks. The word changes with each mail
 * that is sent. For a mark that is gone or cannot be read, it is "-".
 *
 * Return: 0 or -ENOMEM.
 */
int mark_word(Store *store, char ret[static MARK_WORD_SIZE]);

/**
 * mark_place() - make a mark with a new random name in place of a missing one. It still counts as missing,
 * but its mark_word() differs from all earlier ones.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int mark_place(Store *store);

/**
 * mark_adopt() - make the mark and the store agree. A store without a name gets one, and a store without a
 * mark gets a mark. If the two numbers differ, both become the larger one. A file that is not a mark of this
 * store, or that may not be read, is replaced.
 *
 * The file is durable before the store's number is changed. The store is changed in the caller's
 * transaction, if one is open.
 *
 * Return: 0, a condition of the store, negative errno.
 */
int mark_adopt(Store *store);

typedef struct Mark Mark;

/**
 * mark_open() - open the mark for mark_write(). If the file was removed since mark_adopt(), it is made
 * again.
 * @ret: NULL on failure, and if mark_adopt() has not made a mark; every function with a Mark accepts NULL
 *
 * Return: 0, a condition of the store, negative errno.
 */
int mark_open(Store *store, Mark **ret);
Mark *mark_free(Mark *mark);
DEFINE_CLEANUP(Mark, mark_freep, mark_free)

/**
 * mark_count() - count the current transaction, in which the outbox moves a mail. @ret: for mark_write()
 */
int mark_count(Store *store, int64_t *ret);

/**
 * mark_write() - write the number of a transaction that is on disk. If the file was removed, it is made
 * again.
 * @now: monotonic
 *
 * Return: 0 or negative errno.
 */
int mark_write(Mark *mark, int64_t number, usec_t now);

/** mark_sync_at() - when mark_sync() is due; monotonic, USEC_INFINITY if everything is synced */
usec_t mark_sync_at(const Mark *mark);

/** mark_sync() - sync the file if that is due at @now. Return: 0 or negative errno. */
int mark_sync(Mark *mark, usec_t now);
