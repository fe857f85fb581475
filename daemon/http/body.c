#include "http/body.h"

#include <errno.h>

void http_body_init(HttpBody *body, const HttpContent *content, HttpBodyTotal *total)
{
        *body = (HttpBody){ .content = content, .total = total };
        if (content && content->kind != HTTP_CONTENT_STREAMED)
                body->kept = BUFFER_INIT(content->max_bytes);
}

/* Frees what is kept, and counts it no longer. */
static void forget_kept(HttpBody *body)
{
        buffer_done(&body->kept);
        if (body->counted > 0)
                atomic_fetch_sub_explicit(body->total, body->counted, memory_order_relaxed);
        body->counted = 0;
}

void http_body_done(HttpBody *body)
{
        forget_kept(body);
        if (body->has_stream)
                body->content->stream->on_end(body->stream);
        body->has_stream = false;
}

uint64_t http_body_max(const HttpBody *body)
{
        return body->content ? body->content->max_bytes : HTTP_BODY_PASSED_BYTES;
}

/* Counts a piece of a long content. Return: 0, or -ENOBUFS if there is too much of them. */
static int count_kept(HttpBody *body, size_t len)
{
        uint64_t more = body->counted > 0 ? len : body->kept.len + len;
        if (body->kept.len + len <= HTTP_BODY_SHORT_BYTES)
                return 0;
        body->counted += more;
        uint64_t before = atomic_fetch_add_explicit(body->total, more, memory_order_relaxed);
        if (before + more <= HTTP_BODIES_MAX_BYTES)
                return 0;
        forget_kept(body);
        return -ENOBUFS;
}

static int take(HttpBody *body, const char *bytes, size_t len)
{
        if (body->has_stream)
                return body->content->stream->on_bytes(body->stream, bytes, len);
        if (body->content->kind == HTTP_CONTENT_STREAMED)
                return 0;
        int r = count_kept(body, len);
        if (r != 0)
                return r;
        buffer_append(&body->kept, bytes, len);
        return buffer_error(&body->kept);
}

int http_body_feed(HttpBody *body, const char *bytes, size_t len)
{
        uint64_t max = http_body_max(body);
        body->n_bytes += len;
        if (body->n_bytes > max + HTTP_BODY_PASSED_BYTES)
                return -EFBIG;
        if (body->content && body->n_bytes <= max && body->error == 0)
                body->error = take(body, bytes, len);
        return 0;
}
