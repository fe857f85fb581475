#pragma once

/*
 * Private to http/: the content of a request while it arrives. It is kept, passed on to a stream, or
 * discarded, up to a maximum size.
 */

#include "base/buffer.h"
#include "http/route.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * The maximum size of content that no handler takes. If content exceeds its maximum by no more than this,
 * the rest is discarded and the client gets the reply (413); beyond that, the connection is closed.
 */
enum { HTTP_BODY_PASSED_BYTES = 65536 };

/**
 * The maximum of the long contents that all requests together keep in memory. A long content is one of more
 * than HTTP_BODY_SHORT_BYTES; others are always kept.
 */
enum { HTTP_BODY_SHORT_BYTES = 64 * 1024, HTTP_BODIES_MAX_BYTES = 64 * 1024 * 1024 };

/** The bytes of the long contents that a server keeps; any thread may change it. */
typedef _Atomic uint64_t HttpBodyTotal;

typedef struct HttpBody {
        const HttpContent *content; /* NULL if the content is discarded */
        uint64_t n_bytes;           /* received so far */
        Buffer kept;
        HttpBodyTotal *total; /* of the server; borrowed */
        uint64_t counted;     /* bytes of this content in it */
        void *stream;         /* the object of the route's stream; valid if has_stream */
        bool has_stream;
        /*
         * negative errno of the stream or of memory; -ENOBUFS if the long contents of all requests take too
         * much. The rest is then discarded.
         */
        int error;
} HttpBody;

/**
 * http_body_init() - begin a request's content
 * @content: from http_route_content()
 * @total:   of the server, must outlive the body
 */
void http_body_init(HttpBody *body, const HttpContent *content, HttpBodyTotal *total);
void http_body_done(HttpBody *body);

/** http_body_max() - the maximum size of the content in bytes; more content is answered 413 */
uint64_t http_body_max(const HttpBody *body);

/**
 * http_body_feed() - take a piece of the content. Return: 0, or -EFBIG if so much was sent that the
 * connection must be dropped.
 */
int http_body_feed(HttpBody *body, const char *bytes, size_t len);
