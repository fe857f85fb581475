#pragma once

/*
 * The kinds of mail, as tables that other modules hand to outbox_new(): the outbox carries rows of the
 * ledger, and knows no kind of mail itself. A kind says to which address a row goes, whether it is still
 * wanted, and what it says.
 */

#include "base/buffer.h"
#include "store/store.h"

typedef struct Job Job;

/* Conditions of the callbacks below. */
enum {
        JOB_CLOSE = 411, /* nothing is to be sent: close the row; job_close() gives it */
        JOB_WAIT = 412,  /* not before a moment; job_wait() gives it */
        JOB_STALE = 413, /* something that the mail rests on has changed since it was made: make it anew */
};

/**
 * Each callback returns 0, a condition above where it says so, a condition of the store, or negative errno.
 */
typedef struct OutboxKind {
        const char *name; /* MailRecord.kind */

        /* Find the address, and whether the mail is still wanted: sets `address`, and `contact` for a listed reader. JOB_CLOSE. */
        int (*load)(Job *job);

        /* Append what the mail says now to @out; NULL when its bytes are fixed and only its truth is asked for. JOB_CLOSE, JOB_WAIT. */
        int (*compose)(Job *job, Buffer *out);

        /*
         * Within the transaction that moves the row, on another store than `job->store`: does what load and compose have found still hold?
         * JOB_STALE. NULL: nothing can have changed.
         */
        int (*check)(const Job *job, Store *store);

        /* Within the transaction that makes the row SENT. NULL: nothing follows from it. */
        int (*on_sent)(const Job *job, Store *store, usec_t now);

        /* Free `job->data`. NULL: there is none. */
        void (*done)(Job *job);
} OutboxKind;

/** The kinds of one module. The sender's thread has one cache for the table and for each configuration. */
typedef struct OutboxTable {
        const OutboxKind *kinds;
        size_t n;
        int (*cache_new)(void **ret); /* NULL for no cache */
        void *(*cache_free)(void *cache);
} OutboxTable;

enum { OUTBOX_TABLES_MAX = 4 };
