#pragma once

/* Busy times that hosts publish elsewhere, as they were fetched last. */

#include "store/store.h"

typedef struct FreeBusy {
        const char *host;  /* UID of the card */
        const char *url;   /* that it was fetched from */
        const char *etag;  /* "" for none */
        const char *times; /* `START END TENTATIVE` a line, in microseconds; as meet/fetched.h writes it */
        const char *error; /* why the last try has failed; "" if it has not */
        usec_t fetched;    /* the last success; 0 for none */
        usec_t tried;      /* the last try */
} FreeBusy;

FreeBusy *free_busy_free(FreeBusy *times);
DEFINE_CLEANUP(FreeBusy, free_busy_freep, free_busy_free)

/**
 * free_busy_get() - copy what was fetched for a host. Return: 0, STORE_E_NOT_FOUND, others as the store's.
 */
int free_busy_get(Store *store, const char *host, FreeBusy **ret);

/** free_busy_put() - keep what was fetched in the place of what was fetched before */
int free_busy_put(Store *store, const FreeBusy *times);

/** free_busy_drop() - forget what was tried last before a time, because nobody wants it any more */
int free_busy_drop(Store *store, usec_t before);
