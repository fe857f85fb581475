#pragma once

/*
 * Inside of outbox/ only: a thread that writes the ledger. Orders that arrive while it writes go into one
 * transaction and one sync of the disk, and the thread that submits them goes on with other things.
 */

#include "config/config.h"
#include "store/store.h"

typedef struct LedgerWriter LedgerWriter;

/**
 * A write on the writer's own store, inside of a transaction that others share: it does all of what it
 * wants or returns nonzero having done nothing.
 */
typedef int (*LedgerWrite)(Store *store, void *userdata);

/**
 * A write that was asked for. The caller's, which keeps it and what it needs until ledger_writer_collect()
 * has given it back.
 */
typedef struct LedgerOrder {
        LedgerWrite write;
        void *userdata;
        int result;
        struct LedgerOrder *next;
} LedgerOrder;

/**
 * ledger_writer_new() - the store is opened with the first write
 * @config: referenced
 * @zones, @upkeep: borrowed
 * @done_fd: an eventfd, borrowed: 1 is added to it when there is something to collect
 */
int ledger_writer_new(Config *config, ZoneTable *zones, DbUpkeep *upkeep, int done_fd, LedgerWriter **ret);

/** ledger_writer_free() - what was submitted is written before it returns. */
LedgerWriter *ledger_writer_free(LedgerWriter *writer);
DEFINE_CLEANUP(LedgerWriter, ledger_writer_freep, ledger_writer_free)

/**
 * ledger_writer_submit() - to be written, behind what was submitted before; never waits
 * @order: `write` and `userdata` are set
 * @hurry: now; otherwise together with the next one that is in a hurry, and after a hundredth of a
 *         second in any case
 */
void ledger_writer_submit(LedgerWriter *writer, LedgerOrder *order, bool hurry);

/** ledger_writer_hurry() - what waits for company is written now. */
void ledger_writer_hurry(LedgerWriter *writer);

/**
 * ledger_writer_collect() - what has been dealt with since the last call, in a list; NULL: nothing
 *
 * `result` is 0 when it is on the disk, what its write returned (STORE_E_CONFLICT, STORE_E_NOT_FOUND and
 * JOB_STALE concern this write alone), or what the transaction as a whole said: then nothing of it was
 * written.
 */
LedgerOrder *ledger_writer_collect(LedgerWriter *writer);
