#pragma once

/*
 * Private to http/: the content of a request while it arrives. It is kept, passed on to a stream, or
 * discarded, up to a maximum size.
 */

#include "base/buffer.h"
#include "http/route.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * The maximum size of content that no handler takes. If content exceeds its maximum by no more than this,
 * the rest is discarded and the client gets the reply (413); beyond that, the connection is closed.
 */
enum { HTTP_BODY_PASSED_BYTES = 65536 };

typedef struct HttpBody {
        const HttpContent *content; /* NULL if the content is discarded */
        uint64_t n_bytes;           /* received so far */
        Buffer kept;
        void *stream; /* the object of the route's stream; valid if has_stream */
        bool has_stream;
        int error; /* negative errno of the stream or of memory; the rest is then discarded */
} HttpBody;

/** http_body_init() - begin a request's content. @content: from http_route_content(). */
void http_body_init(HttpBody *body, const HttpContent *content);
void http_body_done(HttpBody *body);

/** http_body_max() - the maximum size of the content in bytes; more content is answered 413 */
uint64_t http_body_max(const HttpBody *body);

/**
 * http_body_feed() - take a piece of the content. Return: 0, or -EFBIG if so much was sent that the
 * connection must be dropped.
 */
int http_body_feed(HttpBody *body, const char *bytes, size_t len);
