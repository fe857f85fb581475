#pragma once

/*
 * Private to outbox/: a thread that writes the ledger. All orders that arrive during a write are written in
 * the next transaction, with one sync to disk. The submitting thread does not wait.
 */

#include "config/config.h"
#include "store/store.h"

typedef struct LedgerWriter LedgerWriter;

/**
 * One write. It runs on the writer's Store, in a transaction shared with other orders. It must make all its
 * changes and return 0, or make none and return STORE_E_CONFLICT, STORE_E_NOT_FOUND or JOB_STALE. After any
 * other result the whole transaction is rolled back.
 */
typedef int (*LedgerWrite)(Store *store, void *userdata);

/**
 * A queued write. The caller owns the order, and must keep both the order and @userdata until
 * ledger_writer_collect() returns the order.
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
 * @done_fd: an eventfd, borrowed; the thread adds 1 when finished orders can be collected
 * Return: 0 or negative errno.
 */
int ledger_writer_new(Config *config, ZoneTable *zones, DbUpkeep *upkeep, int done_fd, LedgerWriter **ret);

/** ledger_writer_free() - write all queued orders, then stop the thread. */
LedgerWriter *ledger_writer_free(LedgerWriter *writer);
DEFINE_CLEANUP(LedgerWriter, ledger_writer_freep, ledger_writer_free)

/**
 * ledger_writer_submit() - queue an order. Orders are written in the order of submission. Does not block.
 * @order: the caller has set `write` and `userdata`
 * @hurry: the order is urgent: ledger_writer_start() writes it. An order that is not urgent waits at most
 *         10 ms for an urgent one, to be written together with it.
 */
void ledger_writer_submit(LedgerWriter *writer, LedgerOrder *order, bool hurry);

/**
 * ledger_writer_start() - write all queued orders now if one of them is urgent. A caller with several orders
 * submits them first, so that they share one transaction and one sync to disk.
 * @hurry: write them also if none is urgent
 */
void ledger_writer_start(LedgerWriter *writer, bool hurry);

/**
 * ledger_writer_collect() - take the list of finished orders; NULL if there are none
 *
 * `result` is 0 if the order is on disk. If it is STORE_E_CONFLICT, STORE_E_NOT_FOUND or JOB_STALE, this
 * order changed nothing, and other orders are not affected. Any other result is that of the whole
 * transaction, which was rolled back.
 */
LedgerOrder *ledger_writer_collect(LedgerWriter *writer);
