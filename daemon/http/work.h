#pragma once

/** Kinds of work of deferred handlers. Each kind has threads of its own. */
typedef enum HttpWork {
        HTTP_WORK_SHORT, /* computes a little, or what many clients need */
        HTTP_WORK_WAITS, /* may wait, for a lock of the store */
        HTTP_WORK_LONG,  /* computes for one client; leaves a core to the other threads */
        HTTP_WORK_READ,  /* reads the store for an account, perhaps long; yields to all other threads */
        HTTP_WORK_WRITE, /* writes to the store for an account, which may wait for another writer */
        HTTP_N_WORKS,
} HttpWork;
