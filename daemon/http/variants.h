#pragma once

/*
 * Private to http/: the responses of an entity. For each coding, one 200 and one 304 are prepared once and
 * shared by many replies.
 */

#include "base/time.h"
#include "content/content.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>

typedef struct HttpEntity HttpEntity;

enum {
        HTTP_ETAG_SIZE = 32,
        /*
         * The library copies the list of a response's pieces into the memory of the connection, 16 octets
         * for each; so many fit beside the header of the largest request.
         */
        HTTP_PIECES_MAX = 128,
};

typedef struct HttpVariant {
        char etag[HTTP_ETAG_SIZE]; /* with quotes */
        Pieces *pieces;            /* NULL before the coding is first requested; set before `full` */
        /*
         * NULL before the coding is first requested. If the content has more than HTTP_PIECES_MAX pieces, it
         * is only the model of http_variants_copy().
         */
        _Atomic(struct MHD_Response *) full;
        struct MHD_Response *not_modified;
} HttpVariant;

struct HttpEntity {
        _Atomic int refs;
        char media_type[64]; /* without parameters */
        usec_t modified;
        Content *content;
        int (*encode)(const Content *content, ContentCoding coding, Pieces **ret);
        _Atomic unsigned codings; /* which there are; not those that did not make the content shorter */
        _Atomic unsigned wanted;  /* slow codings that a client has preferred */
        _Atomic unsigned started; /* slow codings whose making was started */
        pthread_mutex_t encoding; /* one thread makes gzip, others wait for the result */
        HttpVariant variants[N_CODINGS];
};

/**
 * http_variants_identity() - make the response of the uncompressed bytes, without header fields; NULL if
 * memory ran out. The entity gets the pieces.
 */
struct MHD_Response *http_variants_identity(HttpEntity *entity);

/** http_variants_available() - the codings that a reply may have now: not a slow one before it was made */
unsigned http_variants_available(const HttpEntity *entity);

/** http_variants_make() - make a slow coding; no other thread may make the same one */
void http_variants_make(HttpEntity *entity, ContentCoding coding);

/** http_variants_is_ready() - whether http_variants_full() returns at once, without compressing. */
bool http_variants_is_ready(const HttpEntity *entity, ContentCoding coding);

/**
 * http_variants_full() - the 200 in a coding, borrowed; NULL if the coding is not shorter than the original,
 * or if memory ran out.
 */
struct MHD_Response *http_variants_full(HttpEntity *entity, ContentCoding coding);

/** http_variants_is_shared() - whether the 200 of http_variants_full() may be sent, or only copies of it */
bool http_variants_is_shared(const HttpEntity *entity, ContentCoding coding);

/** http_variants_is_file() - whether the kernel sends the content from a file */
bool http_variants_is_file(const HttpEntity *entity, ContentCoding coding);

/**
 * http_variants_copy() - make a new response with the same fields, to which more can be added
 * @is_full: copy the 200, after http_variants_full(); otherwise the 304
 * Return: NULL if memory ran out.
 */
struct MHD_Response *http_variants_copy(HttpEntity *entity, ContentCoding coding, bool is_full);
