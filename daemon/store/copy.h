#pragma once

/*
 * Copies a store to another database, of the same engine or another one, so that the copy continues the
 * store. Everything is copied in one transaction of the target, read again from it, and compared: the number
 * of rows and a digest of each table. A failure leaves the target as it was.
 *
 * A copy does not have what belongs to the place of the store: its epoch, since sync tokens of one
 * store must not be valid with another one (store/epoch.h), and its marks (store/mark.h,
 * store/sync-mark.h). A store whose mails are held is not copied, because its mark is the reason of the
 * hold.
 *
 * During the copy no daemon can start on the source.
 */

#include "base/hash.h"
#include "base/input-error.h"
#include "store/mark.h"
#include "store/store.h"

enum {
        COPY_E_NOT_EMPTY = CONDITIONS_STORE + 70, /* the target has tables already */
        COPY_E_DIFFERS = CONDITIONS_STORE + 71,   /* a table of the target differs from that of the source */
        COPY_E_HELD = CONDITIONS_STORE + 72,      /* mails of the source are held */
        COPY_E_AT_WORK = CONDITIONS_STORE + 73,   /* a daemon works on the source */
};

/* A table that was copied. The digest does not depend on the engine or on the order of the rows. */
typedef struct StoreCopyTable {
        const char *name;
        int64_t n_rows;
        char digest[HASH_HEX_SIZE];
} StoreCopyTable;

typedef struct StoreCopyOptions {
        const char *from, *to;                                         /* URLs */
        ZoneTable *zones;                                              /* borrowed */
        void (*on_table)(const StoreCopyTable *table, void *userdata); /* called after each; may be NULL */
        void *userdata;
} StoreCopyOptions;

typedef struct StoreCopyReport {
        int n_tables;
        int64_t n_rows;
        int64_t n_repaired; /* octets that are not UTF-8, in texts; the copy has U+FFFD for each */
        const char *table;  /* at which the copy has failed; NULL for none */
        bool at_target;     /* the failure is that of the target */
        MarkAge held;       /* why mails are held, with COPY_E_HELD */
} StoreCopyReport;

/**
 * store_copy() - copy a store
 * @ret:       set on failure, too
 * @ret_error: as for store_open()
 *
 * Return: 0; COPY_E_*; -ENOENT, STORE_E_NEWER and STORE_E_NOT_FOUND about the source, as store_open();
 * DB_E_*; negative errno.
 */
int store_copy(const StoreCopyOptions *options, StoreCopyReport *ret, InputError *ret_error);

/** store_copy_table() - the name of a table that is copied; NULL after the last one */
const char *store_copy_table(size_t index);
