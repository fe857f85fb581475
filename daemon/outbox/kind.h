#pragma once

/*
 * The kinds of mail, as tables that other modules pass to outbox_new(). The outbox itself knows no kind of
 * mail. A kind finds the recipient of a ledger row, decides whether the mail is still wanted, and composes
 * it.
 */

#include "base/buffer.h"
#include "store/store.h"

typedef struct Job Job;

/* Conditions that the callbacks below return. */
enum {
        JOB_CLOSE = 411, /* close the row without sending; set by job_close() */
        JOB_WAIT = 412,  /* do not send before a given time; set by job_wait() */
        JOB_STALE = 413, /* data that the mail was made from has changed; the mail must be composed again */
};

/**
 * Each callback returns 0, one of the conditions above that its comment names, a condition of the store, or
 * negative errno.
 */
typedef struct OutboxKind {
        const char *name; /* MailRecord.kind */

        /*
         * Finds the recipient and decides whether the mail is still wanted. Sets `address`;
         * for a recipient who is a contact, also `contact`. May return JOB_CLOSE and JOB_WAIT.
         */
        int (*load)(Job *job);

        /*
         * Appends the composed mail to @out. If job_is_fixed(), @out is NULL: the callback then only checks
         * that the stored mail is still correct. May return JOB_CLOSE and JOB_WAIT.
         */
        int (*compose)(Job *job, Buffer *out);

        /*
         * Checks that the results of load() and compose() still hold. Called in the transaction that
         * changes the row, on another Store than `job->store`. May return JOB_STALE. NULL if the results
         * cannot change.
         */
        int (*check)(const Job *job, Store *store);

        /* Called in the transaction that sets the row to SENT. NULL if there is nothing to do. */
        int (*on_sent)(const Job *job, Store *store, usec_t now);

        /* Frees `job->data`. NULL if there is nothing to free. */
        void (*done)(Job *job);
} OutboxKind;

/**
 * The kinds of mail of one module. The sender's thread keeps one cache for each table. After a change of
 * configuration it makes new caches.
 */
typedef struct OutboxTable {
        const OutboxKind *kinds;
        size_t n;
        int (*cache_new)(void **ret); /* NULL if the table has no cache */
        void *(*cache_free)(void *cache);
} OutboxTable;

enum { OUTBOX_TABLES_MAX = 4 };
