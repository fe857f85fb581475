#pragma once

/*
 * Inside of outbox/ only: a thread that writes the ledger. Orders that arrive during a write share the next
 * transaction and its sync to disk. The submitting thread does not wait.
 */

#include "config/config.h"
#include "store/store.h"

typedef struct LedgerWriter LedgerWriter;

/**
 * One write. It runs on the writer's Store, in a transaction shared with other orders. It must either make
 * all its changes and return 0, or make none and return nonzero.
 */
typedef int (*LedgerWrite)(Store *store, void *userdata);

/**
 * A queued write. The caller owns it and must keep it and @userdata until ledger_writer_collect() returns
 * it.
 */
typedef struct LedgerOrder {
        LedgerWrite write;
        void *userdata;
        int result;
        struct LedgerOrder *next;
} LedgerOrder;

/**
 * ledger_writer_new() - start the thread; the Store is opened at the first write
 * @config: referenced
 * @zones, @upkeep: borrowed
 * @done_fd: an eventfd, borrowed; 1 is added when finished orders can be collected
 */
int ledger_writer_new(Config *config, ZoneTable *zones, DbUpkeep *upkeep, int done_fd, LedgerWriter **ret);

/** ledger_writer_free() - write all queued orders, then stop the thread. */
LedgerWriter *ledger_writer_free(LedgerWriter *writer);
DEFINE_CLEANUP(LedgerWriter, ledger_writer_freep, ledger_writer_free)

/**
 * ledger_writer_submit() - queue an order. Orders are written in the order of submission. Does not block.
 * @order: `write` and `userdata` are set
 * @hurry: write at once. Otherwise the order waits at most 10 ms for an urgent order and is written with
 *         it.
 */
void ledger_writer_submit(LedgerWriter *writer, LedgerOrder *order, bool hurry);

/** ledger_writer_hurry() - write all queued orders now. */
void ledger_writer_hurry(LedgerWriter *writer);

/**
 * ledger_writer_collect() - take the list of finished orders; NULL if there are none
 *
 * `result` is 0 if the order is on disk. STORE_E_CONFLICT, STORE_E_NOT_FOUND and JOB_STALE come from the
 * order's own write: the order changed nothing, and other orders are not affected. Any other result is that
 * of the whole transaction, which was rolled back.
 */
LedgerOrder *ledger_writer_collect(LedgerWriter *writer);
