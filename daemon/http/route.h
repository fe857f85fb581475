#pragma once

/* Routes: which handler answers a path, for which methods, and how it takes the request's content. */

#include "http/method.h"

#include <stdbool.h>
#include <stddef.h>

struct HttpRequest;

/** The functions that take streamed content. */
typedef struct HttpStream {
        /**
         * Called once, before any content, after on_header. @ret: the stream's own object, which on_end
         * releases; set on 0 only.
         * Return: 0 or negative errno (500).
         */
        int (*on_begin)(struct HttpRequest *request, const char *rest, void *userdata, void **ret);
        /**
         * Take a piece of the content. Return: 0, or negative errno: the rest is discarded, the reply is
         * 500, and on_request is not called.
         */
        int (*on_bytes)(void *stream, const char *bytes, size_t len);
        /**
         * Called once for each on_begin that returned 0: after the reply, or when the connection was
         * lost, perhaps before on_request.
         */
        void (*on_end)(void *stream);
} HttpStream;

typedef enum HttpContentKind {
        HTTP_CONTENT_KEPT,     /* whole, for http_request_content() */
        HTTP_CONTENT_FORM,     /* whole, for http_request_form(); 415 for a type that is not a form's */
        HTTP_CONTENT_STREAMED, /* each piece when it arrives; http_request_stream() */
} HttpContentKind;

/**
 * How a route takes content. More than @max_bytes is answered 413: before the content arrives, if the
 * header gives its length.
 */
typedef struct HttpContent {
        HttpContentKind kind;
        unsigned methods; /* the content of other methods is discarded, up to 64 KiB */
        size_t max_bytes;
        /**
         * NULL, or called before the content is read and before "100 Continue" is sent; may reply with
         * http_reply_*(), which ends the exchange, and closes the connection if the content has not
         * arrived. Return: 0 or that function's result.
         */
        int (*on_header)(struct HttpRequest *request, const char *rest, void *userdata);
        const HttpStream *stream; /* of HTTP_CONTENT_STREAMED */
} HttpContent;

/** A form of at most 16 KiB in a POST. */
extern const HttpContent http_route_form;

/**
 * A route: the longest matching prefix wins; an `exact` route matches its whole path only. The handler
 * answers with one of the http_reply_*() functions and returns its result; @rest is the path after the
 * prefix, percent-decoded, without the query.
 */
typedef struct HttpRoute {
        const char *path; /* NULL ends the table */
        bool exact;
        /*
         * HTTP_GET | HTTP_PUT; other methods are answered 405 with Allow. Add HTTP_OPTIONS if the
         * handler answers OPTIONS itself
         */
        unsigned methods;
        int (*on_request)(struct HttpRequest *request, const char *rest, void *userdata);
        const HttpContent *content; /* NULL: the handler takes none */
} HttpRoute;

/** http_route_find() - the route of a path; NULL when there is none. */
const HttpRoute *http_route_find(const HttpRoute *routes, const char *path);

/** http_route_methods() - all methods that any of the routes takes. */
unsigned http_route_methods(const HttpRoute *routes);

/** http_route_content() - how a route takes the content of a method; NULL when it takes none. */
const HttpContent *http_route_content(const HttpRoute *route, unsigned method);
