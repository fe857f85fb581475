#pragma once

/* Routes: which handler answers a path, for which methods, and how it takes the request's content. */

#include "http/method.h"

#include <stdbool.h>
#include <stddef.h>

struct HttpRequest;

/** The functions that take streamed content. */
typedef struct HttpStream {
        /**
         * Called once, after on_header and before any content. @ret: the object of the stream, which on_end
         * releases; set only if the return value is 0.
         * Return: 0, or negative errno, for which the reply is 500.
         */
        int (*on_begin)(struct HttpRequest *request, const char *rest, void *userdata, void **ret);
        /**
         * Takes a piece of the content. Return: 0 or negative errno. After an error the rest is discarded,
         * the reply is 500, and on_request is not called.
         */
        int (*on_bytes)(void *stream, const char *bytes, size_t len);
        /**
         * Called once for each on_begin that returned 0: after the reply, or after the connection was lost,
         * which may be before on_request.
         */
        void (*on_end)(void *stream);
} HttpStream;

typedef enum HttpContentKind {
        HTTP_CONTENT_KEPT,     /* whole, for http_request_content() */
        HTTP_CONTENT_FORM,     /* whole, for http_request_form(); 415 if the type is not that of a form */
        HTTP_CONTENT_STREAMED, /* each piece when it arrives; http_request_stream() */
} HttpContentKind;

/**
 * How a route takes content. If there are more than @max_bytes, the reply is 413. If the header gives the
 * length, the reply is sent before the content arrives.
 */
typedef struct HttpContent {
        HttpContentKind kind;
        unsigned methods; /* the content of other methods is discarded, up to 64 KiB */
        size_t max_bytes;
        /**
         * Called before the content is read and before "100 Continue" is sent; may be NULL. It may reply
         * with an http_reply_*() function, and must then return that function's result; otherwise it returns
         * 0. After such a reply the connection is closed if the content has not arrived.
         */
        int (*on_header)(struct HttpRequest *request, const char *rest, void *userdata);
        const HttpStream *stream;       /* of HTTP_CONTENT_STREAMED */
        const struct HttpContent *next; /* how the route takes the content of other methods; NULL for none */
} HttpContent;

/** A form of at most 16 KiB in a POST. */
extern const HttpContent http_route_form;

/**
 * A route. The route with the longest matching prefix is used; an `exact` route matches only its whole
 * path. The handler replies with one of the http_reply_*() functions and returns the result of that
 * function. @rest is the path after the prefix, percent-decoded, without the query.
 */
typedef struct HttpRoute {
        const char *path; /* NULL ends the table */
        bool exact;
        /*
         * a sum, such as HTTP_GET | HTTP_PUT; other methods are answered 405 with Allow. Add HTTP_OPTIONS
         * if the handler answers OPTIONS itself
         */
        unsigned methods;
        int (*on_request)(struct HttpRequest *request, const char *rest, void *userdata);
        const HttpContent *content; /* NULL if the handler takes no content */
} HttpRoute;

/** The routes of one module, with the object that its handlers get as @userdata. */
typedef struct HttpMount {
        const HttpRoute *routes; /* NULL ends a list */
        void *userdata;
} HttpMount;

/** http_route_find() - the route of a path; NULL if there is none */
const HttpRoute *http_route_find(const HttpRoute *routes, const char *path);

/** http_route_methods() - all methods that any of the routes takes. */
unsigned http_route_methods(const HttpRoute *routes);

/** http_route_content() - how a route takes the content of a method; NULL if it takes none */
const HttpContent *http_route_content(const HttpRoute *route, unsigned method);
