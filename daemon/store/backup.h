#pragma once

/*
 * Copies of the store, and a copy in the place of the store. A plain copy of the file lacks the last
 * commits, which are in the log beside it; these functions copy them, too.
 *
 * After a restore, the mark beside the store (store/mark.h) tells that the store is older than the mails
 * that were sent, so the daemon holds all mails until the operator decides.
 */

#include "store/mark.h"
#include "store/store.h"

/**
 * backup_store() - copy the store to a file, while others read and write it
 * @path: replaced in one step when the copy is complete and on disk; readable for its owner only (mode 0600)
 *
 * Return: 0, DB_E_*, -ENOTSUP if the engine has no files, other negative errno. On failure @path is as it
 * was.
 */
int backup_store(Store *store, const char *path);

/** backup_log_bytes() - the size of the log, whose changes a plain copy of the store's file may lack */
int64_t backup_log_bytes(Store *store);

typedef struct RestoreReport {
        char *aside;  /* the new name of the store that was there; NULL if there was none */
        MarkAge held; /* why the daemon will hold mails; MARK_CURRENT: it will not */
} RestoreReport;

void restore_report_done(RestoreReport *report);

/**
 * restore_open() - open a copy for reading, and check it
 * @ret: close it with db_close(); NULL on failure
 *
 * Return: 0; STORE_E_NOT_FOUND if @path is no store, STORE_E_NEWER if a later version of the program has
 * made it; DB_E_CORRUPT if it is damaged; other conditions, negative errno.
 */
int restore_open(const char *path, Db **ret);

/**
 * restore_store() - put a copy in the place of the store, with a new epoch (store/epoch.h). The store that
 * was there is kept under another name. No daemon and no other command may use the store.
 * @copy: from restore_open()
 * @now:  part of the other name
 * @ret:  call restore_report_done(), also after a failure
 *
 * Return: 0; DB_E_BUSY if the store is in use; -ENOTSUP if the engine has no files; other conditions, other
 * negative errno.
 */
int restore_store(const char *url, Db *copy, ZoneTable *zones, usec_t now, RestoreReport *ret);
