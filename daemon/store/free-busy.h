#pragma once

/* Busy times that hosts publish elsewhere, as the last successful fetch got them. */

#include "store/store.h"

typedef struct FreeBusy {
        const char *host;  /* UID of the card */
        const char *url;   /* from which it was fetched */
        const char *etag;  /* "" for none */
        const char *times; /* lines `START END TENTATIVE`, in microseconds; written by meet/fetched.h */
        const char *error; /* why the last try failed; "" if it succeeded */
        usec_t fetched;    /* the last success; 0 for none */
        usec_t tried;      /* the last try */
} FreeBusy;

FreeBusy *free_busy_free(FreeBusy *times);
DEFINE_CLEANUP(FreeBusy, free_busy_freep, free_busy_free)

/**
 * free_busy_get() - copy the row of a host; free it with free_busy_free(). Return: 0, STORE_E_NOT_FOUND if
 * there is none, another condition of the store, negative errno.
 */
int free_busy_get(Store *store, const char *host, FreeBusy **ret);

/** free_busy_put() - add the row of a host, or replace it */
int free_busy_put(Store *store, const FreeBusy *times);

/** free_busy_delete() - delete the row of a host, if there is one */
int free_busy_delete(Store *store, const char *host);

/**
 * free_busy_drop() - delete the rows of hosts that were last tried before a time, because they have no
 * offer or FBURL any more
 */
int free_busy_drop(Store *store, usec_t before);
