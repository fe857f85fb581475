#pragma once

/*
 * Inside of http/ only: a request's content while it comes: kept, passed on to a stream, or read past;
 * never more than a maximum.
 */

#include "base/buffer.h"
#include "http/route.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * The maximum of content that no handler takes, and how much is read past after a maximum, so that the
 * sender gets a 413 and not a closed connection.
 */
enum { HTTP_BODY_PASSED_BYTES = 65536 };

typedef struct HttpBody {
        const HttpContent *content; /* NULL: read past */
        uint64_t n_bytes;           /* that have come */
        Buffer kept;
        void *stream; /* the route's, once has_stream */
        bool has_stream;
        int error; /* of the stream or the memory: negative errno, after which the rest is read past */
} HttpBody;

/** http_body_init() - @content: as http_route_content() has it. */
void http_body_init(HttpBody *body, const HttpContent *content);
void http_body_done(HttpBody *body);

/** http_body_max() - how many bytes the content may have. */
uint64_t http_body_max(const HttpBody *body);

/**
 * http_body_feed() - some more content. Return: 0, or -EFBIG when there is so much that the connection must
 * be dropped.
 */
int http_body_feed(HttpBody *body, const char *bytes, size_t len);
