#pragma once

/*
 * Replies. A handler calls one of these functions once and returns its result: 0, or a negative errno, with
 * which the reply is a 500. Header fields of the message itself (Content-Length, Transfer-Encoding,
 * Connection, Date) are the server's.
 */

#include "base/conditions.h"
#include "base/time.h"
#include "http/entity.h"
#include "http/request.h"

#include <stddef.h>

/** A header field. A list of them is ended by one without a name. */
typedef struct HttpHeader {
        const char *name;
        const char *value; /* NULL: left out */
} HttpHeader;

typedef struct HttpReply {
        int status;                /* 200 to 599 */
        const HttpHeader *headers; /* NULL for none */
        const char *content_type;  /* NULL for none */
        const char *bytes;         /* copied */
        size_t len;
        /*
         * instead of status, type and bytes: as http_reply_entity() answers, with the headers; never
         * compressed
         */
        HttpEntity *entity;
} HttpReply;

enum {
        HTTP_E_REPLIED = CONDITIONS_HTTP + 3, /* the reply has been given; the handler returns this value */
};

/**
 * http_reply_send() - any status with any headers and content. Return: 0, -EINVAL for a header value with a
 * line end, other negative errno.
 */
int http_reply_send(HttpRequest *request, const HttpReply *reply);

/**
 * http_reply_unless_met() - evaluate the request's conditions (RFC 9110, 13) before a handler changes or
 * sends its target
 * @etag:     of the target as it is, with quotes; NULL when it does not exist
 * @modified: of the target; 0 when not known
 *
 * In the order of 13.2.2: If-Match (http_etag_if_match()), else If-Unmodified-Since: 412; If-None-Match (weak
 * comparison), else If-Modified-Since: 304 to GET and HEAD, 412 to other methods. Several lines of a field
 * are one list.
 *
 * Return: 0: the conditions are met, or there are none; HTTP_E_REPLIED; negative errno.
 */
int http_reply_unless_met(HttpRequest *request, const char *etag, usec_t modified);

/**
 * http_reply_entity() - a prepared entity: its conditions evaluated, in the coding that the client prefers;
 * 406 without an acceptable one.
 */
int http_reply_entity(HttpRequest *request, HttpEntity *entity);

/**
 * http_reply_error() - an error, with content that the server's HttpErrorWriter writes in the reader's
 * language
 * @text: one sentence more, plain text in the reader's language; NULL for none
 *
 * http_reply_error_with() - with header fields: Allow, Retry-After, WWW-Authenticate ...
 */
int http_reply_error(HttpRequest *request, int status, const char *text);
int http_reply_error_with(HttpRequest *request, int status, const char *text, const HttpHeader *headers);

/** http_reply_redirect() - @location: a path of this server, percent-encoded. */
int http_reply_redirect(HttpRequest *request, int status, const char *location);

/**
 * http_reply_page() - bytes made for this one request, `private, no-store`; copied
 *
 * The page may load style sheets of this server and send forms to it, nothing else; it is shown in no frame
 * and sends a Referer to this server alone.
 */
int http_reply_page(
                HttpRequest *request, int status, const char *content_type, const char *bytes, size_t len);
