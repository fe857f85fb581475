#pragma once

/*
 * Replies. A handler calls one of these functions once and returns its result: 0, a negative errno, for
 * which the server replies 500, or HTTP_E_DEFERRED. The server itself sets Content-Length,
 * Transfer-Encoding, Connection and Date.
 */

#include "base/conditions.h"
#include "base/spool.h"
#include "base/time.h"
#include "http/entity.h"
#include "http/header.h"
#include "http/request.h"

#include <stddef.h>

typedef struct HttpReply {
        int status;                /* 200 to 599 */
        const HttpHeader *headers; /* NULL for none */
        const char *content_type;  /* NULL for none */
        const char *bytes;         /* copied */
        size_t len;
        Spool *spool; /* used instead of bytes if not NULL; ended; its content is taken over */
        /*
         * used instead of status, content_type and bytes if not NULL: reply as http_reply_entity(), but
         * without compression, and with the headers, which replace those of the entity
         */
        HttpEntity *entity;
} HttpReply;

enum {
        HTTP_E_REPLIED = CONDITIONS_HTTP + 3, /* a reply was sent; the handler returns this value */
};

/**
 * http_reply_send() - reply with any status, headers and content. Return: 0, -EINVAL if a header value has a
 * line end, or another negative errno.
 */
int http_reply_send(HttpRequest *request, const HttpReply *reply);

/**
 * http_reply_unless_met() - evaluate the request's conditions (RFC 9110, 13) before a handler changes or
 * sends its target
 * @etag:     of the current target, with quotes; NULL if the target does not exist
 * @modified: when the target was modified; 0 if not known
 *
 * The conditions are evaluated in the order of 13.2.2. If-Match (http_etag_if_match()) or, without it,
 * If-Unmodified-Since gives 412. If-None-Match (weak comparison) gives 304 for GET and HEAD, and 412 for
 * other methods. Without it, If-Modified-Since gives 304 for GET and HEAD, and is ignored for other methods.
 * Several lines of If-Match or If-None-Match are one list.
 *
 * Return: 0 if the conditions are met or there are none; HTTP_E_REPLIED; negative errno.
 */
int http_reply_unless_met(HttpRequest *request, const char *etag, usec_t modified);

/**
 * http_reply_is_met() - whether the conditions are met, for a handler that replies itself if they are not
 * Return: 0 or negative errno.
 */
int http_reply_is_met(HttpRequest *request, const char *etag, usec_t modified, bool *ret);

/**
 * http_reply_entity() - evaluate the conditions and reply with a prepared entity in the coding that the
 * client prefers; 406 if none is acceptable
 *
 * Return: 0, HTTP_E_DEFERRED when the entity must be compressed first, negative errno.
 */
int http_reply_entity(HttpRequest *request, HttpEntity *entity);

/**
 * http_reply_error() - reply with an error. The server's HttpErrorWriter writes the content in the reader's
 * language.
 * @text: an additional sentence, plain text in the reader's language; NULL for none
 *
 * Return: 0 or negative errno.
 */
int http_reply_error(HttpRequest *request, int status, const char *text);

/** http_reply_error_with() - as http_reply_error(), with header fields such as Allow or Retry-After */
int http_reply_error_with(HttpRequest *request, int status, const char *text, const HttpHeader *headers);

/** http_reply_redirect() - redirect the client. @location: a path of this server, percent-encoded. */
int http_reply_redirect(HttpRequest *request, int status, const char *location);

/**
 * http_reply_page() - reply with content made only for this request, `private, no-store`
 * @bytes: copied
 *
 * The page may load only style sheets and images of this server, and send forms only to it. Browsers do not
 * show the page in a frame, and send a Referer only to this server.
 */
int http_reply_page(
                HttpRequest *request, int status, const char *content_type, const char *bytes, size_t len);
