#pragma once

/*
 * Replies. A handler calls one of these functions once and returns its result: 0, or a negative errno,
 * for which the server replies 500. The server itself sets Content-Length, Transfer-Encoding, Connection
 * and Date.
 */

#include "base/conditions.h"
#include "base/time.h"
#include "http/entity.h"
#include "http/request.h"

#include <stddef.h>

/** A header field. The last one in a list has no name. */
typedef struct HttpHeader {
        const char *name;
        const char *value; /* NULL: omitted */
} HttpHeader;

typedef struct HttpReply {
        int status;                /* 200 to 599 */
        const HttpHeader *headers; /* NULL for none */
        const char *content_type;  /* NULL for none */
        const char *bytes;         /* copied */
        size_t len;
        /*
         * instead of status, type and bytes: reply as http_reply_entity(), with the headers added and
         * never compressed
         */
        HttpEntity *entity;
} HttpReply;

enum {
        HTTP_E_REPLIED = CONDITIONS_HTTP + 3, /* a reply was sent; the handler returns this value */
};

/**
 * http_reply_send() - reply with any status, headers and content. Return: 0, -EINVAL for a header value
 * with a line end, other negative errno.
 */
int http_reply_send(HttpRequest *request, const HttpReply *reply);

/**
 * http_reply_unless_met() - evaluate the request's conditions (RFC 9110, 13) before a handler changes or
 * sends its target
 * @etag:     of the current target, with quotes; NULL if the target does not exist
 * @modified: when the target was modified; 0 if not known
 *
 * In the order of 13.2.2: If-Match (http_etag_if_match()), else If-Unmodified-Since: 412; If-None-Match
 * (weak comparison), else If-Modified-Since: 304 to GET and HEAD, 412 to other methods. Several lines of
 * a field are one list.
 *
 * Return: 0: the conditions are met, or there are none; HTTP_E_REPLIED; negative errno.
 */
int http_reply_unless_met(HttpRequest *request, const char *etag, usec_t modified);

/**
 * http_reply_entity() - evaluate the conditions and reply with a prepared entity in the coding that the
 * client prefers; 406 if none is acceptable.
 */
int http_reply_entity(HttpRequest *request, HttpEntity *entity);

/**
 * http_reply_error() - reply with an error; the server's HttpErrorWriter writes the content in the
 * reader's language
 * @text: an additional sentence, plain text in the reader's language; NULL for none
 *
 * http_reply_error_with() - the same with header fields: Allow, Retry-After, WWW-Authenticate ...
 */
int http_reply_error(HttpRequest *request, int status, const char *text);
int http_reply_error_with(HttpRequest *request, int status, const char *text, const HttpHeader *headers);

/** http_reply_redirect() - redirect the client. @location: a path of this server, percent-encoded. */
int http_reply_redirect(HttpRequest *request, int status, const char *location);

/**
 * http_reply_page() - reply with content made for this request alone, `private, no-store`; the bytes are
 * copied
 *
 * The page may only load style sheets of this server and send forms to it. Browsers show it in no frame
 * and send a Referer to this server only.
 */
int http_reply_page(
                HttpRequest *request, int status, const char *content_type, const char *bytes, size_t len);
