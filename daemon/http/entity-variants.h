#pragma once

/* Inside of http/ only: what an entity is made of, for those who queue it. */

#include "http/entity.h"
#include "http/negotiation.h"

#include <microhttpd.h>

enum { HTTP_ETAG_SIZE = 24 };

typedef struct HttpVariant {
        char etag[HTTP_ETAG_SIZE]; /* with quotes */
        struct MHD_Response *full; /* NULL when this coding is not there */
        struct MHD_Response *not_modified;
} HttpVariant;

struct HttpEntity {
        _Atomic int refs;
        char media_type[64]; /* without parameters */
        usec_t modified;
        HttpVariant variants[HTTP_N_CODINGS];
};
