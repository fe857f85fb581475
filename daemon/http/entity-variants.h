#pragma once

/* Inside of http/ only: what an entity is made of, for those who queue it. */

#include "http/entity.h"
#include "http/negotiation.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdbool.h>

enum { HTTP_ETAG_SIZE = 32 };

typedef struct HttpVariant {
        char etag[HTTP_ETAG_SIZE];           /* with quotes */
        _Atomic(struct MHD_Response *) full; /* of HTTP_GZIP: NULL until somebody wants it */
        struct MHD_Response *not_modified;
} HttpVariant;

struct HttpEntity {
        _Atomic int refs;
        char media_type[64]; /* without parameters */
        usec_t modified;
        Blob *blob;
        int (*compress)(const char *bytes, size_t len, Buffer *out);
        _Atomic bool has_gzip;       /* false as well when compression did not pay */
        pthread_mutex_t compressing; /* one thread does it, the others wait for what comes of it */
        HttpVariant variants[HTTP_N_CODINGS];
};

/** http_entity_last() - a 200 or 304 with `Connection: close`, as what is shared cannot say it; the caller's; NULL when there is none. */
struct MHD_Response *http_entity_last(HttpEntity *entity, HttpCoding coding, int status);

/** http_page_limits() - what a browser may do with a page of ours; false when there is no memory. */
bool http_page_limits(struct MHD_Response *response);

/** http_entity_full() - the whole answer in a coding, borrowed; NULL when HTTP_GZIP has turned out not to be there. */
struct MHD_Response *http_entity_full(HttpEntity *entity, HttpCoding coding);

/** http_entity_once() - a copy of the whole uncompressed answer that may get further headers; NULL when there is no memory. */
struct MHD_Response *http_entity_once(HttpEntity *entity);
