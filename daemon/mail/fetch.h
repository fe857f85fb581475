#pragma once

/*
 * Fetches a file by HTTP or HTTPS from a URL that a user has entered. The user must not reach this machine
 * or its network in this way. Therefore the address of each connection is checked, also after a redirect:
 * a name can resolve to another address each time.
 */

#include "base/conditions.h"
#include "base/network.h"
#include "base/time.h"

#include <stddef.h>

enum {
        FETCH_E_UNCHANGED = CONDITIONS_MAIL + 40, /* the file still has the ETag of the request */
        FETCH_E_FAILED = CONDITIONS_MAIL + 41,    /* `error` has the reason */
};

enum { FETCH_ETAG_SIZE = 256, FETCH_ERROR_SIZE = 256 };

/** The request of a fetch; borrowed. */
typedef struct FetchRequest {
        const char *url;
        const char *etag;       /* of the file that the caller has, for If-None-Match; "" for none */
        const Network *allowed; /* networks that are allowed although they are not public */
        size_t n_allowed;
        size_t max_bytes;
        usec_t timeout;                      /* for the whole fetch with its redirects */
        bool (*is_stopping)(void *userdata); /* called each second; true ends the fetch; may be NULL */
        void *userdata;
} FetchRequest;

typedef struct FetchReply {
        char *bytes; /* with a NUL at the end; free() */
        size_t len;
        char etag[FETCH_ETAG_SIZE];   /* "" for none */
        char error[FETCH_ERROR_SIZE]; /* without the URL, which may be secret */
} FetchReply;

/**
 * fetch_get() - fetch a file; blocks until the end
 *
 * Three redirects are followed, but not from HTTPS to HTTP. Cookies, proxies and stored passwords are not
 * used.
 * Return: 0; FETCH_E_UNCHANGED; FETCH_E_FAILED for a status other than 200, an address that is not allowed,
 * an empty file, more than max_bytes, no reply in time, or an end by is_stopping; -ENOMEM. In every case the
 * caller must call fetch_reply_done().
 */
int fetch_get(const FetchRequest *request, FetchReply *ret);
void fetch_reply_done(FetchReply *reply);
