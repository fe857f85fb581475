#pragma once

/*
 * A request, as its handler sees it; valid until the handler has returned. Strings are borrowed for as
 * long.
 */

#include "base/buffer.h"
#include "base/conditions.h"
#include "base/network.h"
#include "base/time.h"
#include "http/method.h"
#include "http/metrics.h"
#include "http/route.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct HttpRequest HttpRequest;

enum { HTTP_E_DEFERRED = CONDITIONS_HTTP + 5 };

/**
 * http_request_defer() - have the handler called once more, on a thread that may wait or work long
 *
 * A handler calls it before such work and before it has replied. The threads that read requests are few, and
 * while one is in a handler it sends no reply to anybody else. A request for which there is no room is
 * answered 503.
 *
 * Return: 0: the handler is on such a thread; HTTP_E_DEFERRED: the handler returns this value.
 */
int http_request_defer(HttpRequest *request);

/** http_request_method() - HTTP_GET for HEAD as well, whose reply is sent without its content. */
HttpMethod http_request_method(const HttpRequest *request);

/**
 * http_request_authority() - the host, perhaps with a port, that the client addressed: that of an
 * absolute-form target, else Host
 * (RFC 9112, 3.2.2); NULL where Host is empty, and in a request of HTTP/1.0 without either
 */
const char *http_request_authority(const HttpRequest *request);

/** http_request_header() - the first line of a name; NULL when not there. */
const char *http_request_header(HttpRequest *request, const char *name);

/**
 * http_request_header_list() - append all lines of a name as one list, separated by ", " (RFC 9110, 5.3);
 * nothing when there is none.
 */
void http_request_header_list(HttpRequest *request, const char *name, Buffer *out);

/** http_request_query() - a parameter of the query, decoded; NULL when not there. */
const char *http_request_query(HttpRequest *request, const char *name);

/**
 * http_request_content() - the whole content of a route that keeps it (HTTP_CONTENT_KEPT); "" when there is
 * none.
 */
const char *http_request_content(const HttpRequest *request, size_t *ret_len);

/**
 * http_request_stream() - the object of HttpStream.on_begin, borrowed; NULL for other routes and methods.
 */
void *http_request_stream(const HttpRequest *request);

/**
 * http_request_form() - a field of a form (HTTP_CONTENT_FORM), as application/x-www-form-urlencoded or
 * multipart/form-data; NULL when not there.
 */
const char *http_request_form(HttpRequest *request, const char *name);

/** http_request_cookie() - the value of a cookie as it was sent; NULL when not there. */
const char *http_request_cookie(HttpRequest *request, const char *name);

/**
 * http_request_set_cookie() - the reply, a page or an entity, sets a cookie for the whole server, for a
 * year
 * @name:  a literal
 * @value: [A-Za-z0-9/_+-]*, at most 63 bytes; copied; an empty one removes the cookie
 * Return: 0, -EINVAL for another value, -ENOBUFS when there are too many.
 */
int http_request_set_cookie(HttpRequest *request, const char *name, const char *value);

/**
 * http_request_language() - a language of the program: the best for the reader's Accept-Language, else
 * @fallback, else the server's (NULL).
 */
const char *http_request_language(HttpRequest *request, const char *fallback);

/**
 * http_request_client() - the address that a request comes from
 *
 * It is the peer's. Where the peer is a trusted proxy or on a unix socket, X-Forwarded-For is read from its
 * end: the first address that is not a trusted proxy's is the client's. Empty members are passed over.
 *
 * Return: false when the address cannot be told: an untrusted peer sends X-Forwarded-For, or a trusted one
 * names something that is no address ("unknown", "_hidden", an address with a port). Such a client has no
 * rights by its address, and shares all limits by address with the other unknown ones.
 */
bool http_request_client(HttpRequest *request, Address *ret);

/** http_request_status() - the status of the reply to this request, 0 before. */
int http_request_status(const HttpRequest *request);

/** http_request_total() - the number of replies with a status that the server has given. */
uint64_t http_request_total(const HttpRequest *request, int status);

/** http_request_connections() - the counters of the server's connections. */
HttpConnections http_request_connections(const HttpRequest *request);

/**
 * http_request_certificate_expires() - when the certificate expires that new connections are shown; 0 where
 * the server speaks no TLS.
 */
usec_t http_request_certificate_expires(const HttpRequest *request);
