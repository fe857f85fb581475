#pragma once

/*
 * Inside of http/ only: a request's content while it arrives: kept, passed on to a stream, or discarded;
 * never more than a maximum.
 */

#include "base/buffer.h"
#include "http/route.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * How much content is discarded when no handler takes it, or after a route's maximum: the sender then
 * gets a reply (413) and not a closed connection.
 */
enum { HTTP_BODY_PASSED_BYTES = 65536 };

typedef struct HttpBody {
        const HttpContent *content; /* NULL: discarded */
        uint64_t n_bytes;           /* received so far */
        Buffer kept;
        void *stream; /* the route's, once has_stream */
        bool has_stream;
        int error; /* of the stream or the memory: negative errno; the rest is then discarded */
} HttpBody;

/** http_body_init() - begin a request's content. @content: from http_route_content(). */
void http_body_init(HttpBody *body, const HttpContent *content);
void http_body_done(HttpBody *body);

/** http_body_max() - the maximum of bytes. */
uint64_t http_body_max(const HttpBody *body);

/**
 * http_body_feed() - take a piece of the content. Return: 0, or -EFBIG when the connection must be
 * dropped because far too much was sent.
 */
int http_body_feed(HttpBody *body, const char *bytes, size_t len);
