#pragma once

/*
 * Repairs a damaged store: makes a new store beside it, copies every row that can be read, derives again
 * what is derived, checks the new store, and gives it the name of the old one, which is kept under another
 * name. The damaged store is only read, apart from the merge of its log; until the last step it has its
 * name, and an interrupted repair can be repeated. No daemon and no other command may use the store.
 *
 * A lost row of the ledger could make its mail go twice. If an index still has its key, a FAILED row with
 * this key replaces it; otherwise the new store holds its mails (store/hold.h).
 */

#include "store/store.h"

typedef struct RepairOptions {
        ZoneTable *zones;
        const Zone *fallback; /* for dates without a zone */
        usec_t now;
        void (*on_loss)(const DbLoss *loss, void *userdata); /* a lost row, or a range of them */
        void *userdata;
} RepairOptions;

typedef struct RepairReport {
        char *aside;         /* the damaged store's new name, free() it; NULL on failure */
        int64_t n_lost_keys; /* rows of the ledger of which only the key is left */
        bool holds_mail;     /* mails are held, because other rows about mails are lost */
} RepairReport;

/**
 * repair_store() - repair the store @url; no connection of the caller may be open
 *
 * Return: 0; DB_E_BUSY if a daemon or another program uses it; DB_E_CORRUPT if it cannot even be opened, or
 * if the new store has faults too; STORE_E_NEWER, STORE_E_NOT_FOUND for another version; other conditions,
 * negative errno. Unless 0 the store is as it was.
 */
int repair_store(const char *url, const RepairOptions *options, RepairReport *ret);
