#pragma once

/*
 * The kinds of mail, as tables that other modules pass to outbox_new(). The outbox itself knows no kind of
 * mail. A kind finds the recipient of a ledger row, decides whether the mail is still wanted, and composes
 * it.
 */

#include "base/buffer.h"
#include "store/store.h"

typedef struct Job Job;

/* Conditions of the callbacks below. */
enum {
        JOB_CLOSE = 411, /* close the row without sending; set by job_close() */
        JOB_WAIT = 412,  /* do not send before a given time; set by job_wait() */
        JOB_STALE = 413, /* data that the mail was made from has changed: compose it again */
};

/**
 * Each callback returns 0, a condition above if its comment names it, a condition of the store, or negative
 * errno.
 */
typedef struct OutboxKind {
        const char *name; /* MailRecord.kind */

        /*
         * Finds the recipient and decides whether the mail is still wanted. Sets `address`, and `contact`
         * for a listed reader. May return JOB_CLOSE.
         */
        int (*load)(Job *job);

        /*
         * Appends the composed mail to @out. @out is NULL if the bytes are fixed: then only checks that
         * they are still true. May return JOB_CLOSE, JOB_WAIT.
         */
        int (*compose)(Job *job, Buffer *out);

        /*
         * Called in the transaction that changes the row, on another Store than `job->store`: checks that
         * the results of load and compose still hold. May return JOB_STALE. NULL: the results cannot
         * change.
         */
        int (*check)(const Job *job, Store *store);

        /* Called in the transaction that makes the row SENT. NULL: nothing to do. */
        int (*on_sent)(const Job *job, Store *store, usec_t now);

        /* Frees `job->data`. NULL: nothing to free. */
        void (*done)(Job *job);
} OutboxKind;

/**
 * The kinds of mail of one module. The sender's thread keeps one cache for each table and makes it anew for
 * each configuration.
 */
typedef struct OutboxTable {
        const OutboxKind *kinds;
        size_t n;
        int (*cache_new)(void **ret); /* NULL: the table has no cache */
        void *(*cache_free)(void *cache);
} OutboxTable;

enum { OUTBOX_TABLES_MAX = 4 };
