#include "http/body.h"

#include <errno.h>

void http_body_init(HttpBody *body, const HttpContent *content)
{
        *body = (HttpBody){ .content = content };
        if (content && content->kind != HTTP_CONTENT_STREAMED)
                body->kept = BUFFER_INIT(content->max_bytes);
}

void http_body_done(HttpBody *body)
{
        buffer_done(&body->kept);
        if (body->has_stream)
                body->content->stream->on_end(body->stream);
        body->has_stream = false;
}

uint64_t http_body_max(const HttpBody *body)
{
        return body->content ? body->content->max_bytes : HTTP_BODY_PASSED_BYTES;
}

static int take(HttpBody *body, const char *bytes, size_t len)
{
        if (body->has_stream)
                return body->content->stream->on_bytes(body->stream, bytes, len);
        if (body->content->kind == HTTP_CONTENT_STREAMED)
                return 0;
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
