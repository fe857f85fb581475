#pragma once

/*
 * Private to http/: the responses of an entity. For each coding, one 200 and one 304 are prepared once and
 * shared by many replies.
 */

#include "base/blob.h"
#include "base/buffer.h"
#include "base/time.h"
#include "http/accept.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>

typedef struct HttpEntity HttpEntity;

enum { HTTP_ETAG_SIZE = 32 };

typedef struct HttpVariant {
        char etag[HTTP_ETAG_SIZE];           /* with quotes */
        _Atomic(struct MHD_Response *) full; /* for HTTP_GZIP, NULL before it is first requested */
        struct MHD_Response *not_modified;
} HttpVariant;

struct HttpEntity {
        _Atomic int refs;
        char media_type[64]; /* without parameters */
        usec_t modified;
        Blob *blob;
        int (*compress)(const char *bytes, size_t len, Buffer *out);
        _Atomic bool has_gzip;       /* also false if compression did not make the content shorter */
        pthread_mutex_t compressing; /* one thread compresses, others wait for the result */
        HttpVariant variants[HTTP_N_CODINGS];
};

/**
 * http_variants_content() - make a response of the uncompressed bytes without header fields; NULL if
 * there is no memory.
 */
struct MHD_Response *http_variants_content(Blob *blob);

/** http_variants_is_ready() - whether http_variants_full() returns at once, without compressing. */
bool http_variants_is_ready(const HttpEntity *entity, HttpCoding coding);

/**
 * http_variants_full() - the 200 in a coding, borrowed; NULL if HTTP_GZIP is not shorter than the original,
 * or if memory ran out.
 */
struct MHD_Response *http_variants_full(HttpEntity *entity, HttpCoding coding);

/**
 * http_variants_copy() - make a new response with the same fields, to which more can be added
 * @is_full: copy the 200; otherwise the 304
 * Return: NULL if memory ran out, or if there is no such coding.
 */
struct MHD_Response *http_variants_copy(HttpEntity *entity, HttpCoding coding, bool is_full);
