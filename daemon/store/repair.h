#pragma once

/*
 * Repairs a damaged store. A new store is made beside it and gets a copy of every row that can be read;
 * derived columns and indexes are computed again. After a check, the new store takes the name of the damaged
 * one, which is kept under another name. The damaged store is only read, except that its log is merged. It
 * keeps its name until the last step, so an interrupted repair can be repeated. No daemon and no other
 * command may use the store.
 *
 * If a row of the ledger is lost, its mail could be sent again. If an index still has the row's key,
 * a FAILED row with this key replaces it. Otherwise the new store holds all mails (store/hold.h).
 */

#include "store/store.h"

typedef struct RepairOptions {
        ZoneTable *zones;
        const Zone *fallback; /* for dates without a zone */
        usec_t now;
        void (*on_loss)(const DbLoss *loss, void *userdata); /* called for a lost row or a range of rows */
        void *userdata;
} RepairOptions;

typedef struct RepairReport {
        char *aside;         /* the new name of the damaged store; the caller frees it. NULL on failure */
        int64_t n_lost_keys; /* rows of the ledger that were replaced by a FAILED row with their key */
        bool holds_mail;     /* mails are held, because other rows about mails were lost */
} RepairReport;

/**
 * repair_store() - repair the store @url. The caller must have no connection to it.
 *
 * Return: 0; DB_E_BUSY if a daemon or another program uses the store; DB_E_CORRUPT if it cannot be opened at
 * all, or if the new store has faults, too; STORE_E_NEWER if a later version of the program has made the
 * store; STORE_E_NOT_FOUND if an earlier one has; other conditions, negative errno. The store is changed on
 * 0 only.
 */
int repair_store(const char *url, const RepairOptions *options, RepairReport *ret);
