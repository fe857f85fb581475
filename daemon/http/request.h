#pragma once

/* A request, as its handler sees it. The request and its strings are valid until the handler returns. */

#include "base/buffer.h"
#include "base/conditions.h"
#include "base/network.h"
#include "base/spool.h"
#include "base/time.h"
#include "http/cookie.h"
#include "http/method.h"
#include "http/metrics.h"
#include "http/route.h"
#include "http/work.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct HttpRequest HttpRequest;

enum { HTTP_E_DEFERRED = CONDITIONS_HTTP + 5 };

/**
 * http_request_defer() - call the handler again on a worker thread, which may wait or work long
 * @work: chooses the threads
 * @key:  a number for the result that the handler makes and keeps. Requests with the same key are handled
 *        one after the other, so that all but the first find the result; 0 for none.
 *
 * A handler calls this before it replies, if it may take long. The server has few threads that read
 * requests, and such a thread sends no other reply while it runs a handler. If the queue of the workers is
 * full, the request is answered 503.
 *
 * Return: 0: the handler is on a worker thread, perhaps one for other work; HTTP_E_DEFERRED: the handler
 * returns this value.
 */
int http_request_defer(HttpRequest *request, HttpWork work, uint64_t key);

/**
 * http_request_move() - the same, but a request that is on a worker thread for other work is moved, too: its
 * handler is called once more, on a thread for @work
 */
int http_request_move(HttpRequest *request, HttpWork work, uint64_t key);

/**
 * http_request_method() - the method; HTTP_GET for HEAD too, whose reply is sent without the content
 */
HttpMethod http_request_method(const HttpRequest *request);

/**
 * http_request_authority() - the host, perhaps with a port, that the client addressed: from an
 * absolute-form target, otherwise from Host (RFC 9112, 3.2.2). NULL if Host is empty, or if HTTP/1.0 is used
 * without Host.
 */
const char *http_request_authority(const HttpRequest *request);

/** http_request_header() - the value of the first field of a name; NULL if there is none. */
const char *http_request_header(HttpRequest *request, const char *name);

/**
 * http_request_header_list() - append the values of all fields of a name as one list, separated by ", "
 * (RFC 9110, 5.3).
 */
void http_request_header_list(HttpRequest *request, const char *name, Buffer *out);

/** http_request_query() - a parameter of the query, decoded; NULL if there is none. */
const char *http_request_query(HttpRequest *request, const char *name);

/** http_request_query_each() - call @on_field for each parameter of the query, decoded, in their order */
void http_request_query_each(HttpRequest *request,
                void (*on_field)(const char *name, const char *value, void *userdata), void *userdata);

/** http_request_content() - the whole content, for a route with HTTP_CONTENT_KEPT; "" if there is none. */
const char *http_request_content(const HttpRequest *request, size_t *ret_len);

/** http_request_spools() - the pool of the spools of all replies; borrowed */
SpoolPool *http_request_spools(const HttpRequest *request);

/**
 * http_request_stream() - the object that HttpStream.on_begin made, borrowed; NULL for other routes and
 * methods
 */
void *http_request_stream(const HttpRequest *request);

/**
 * http_request_form() - a field of a form (HTTP_CONTENT_FORM), which was sent as
 * application/x-www-form-urlencoded or multipart/form-data; NULL if there is none
 */
const char *http_request_form(HttpRequest *request, const char *name);

/** http_request_form_bytes() - as http_request_form(), for a file, which may have NULs */
const char *http_request_form_bytes(HttpRequest *request, const char *name, size_t *ret_len);

/**
 * http_request_form_each() - call @on_field for each field of a form, in the order in which they were sent
 */
void http_request_form_each(HttpRequest *request,
                void (*on_field)(const char *name, const char *value, void *userdata), void *userdata);

/** http_request_cookie() - the value of a cookie as it was sent; NULL if there is none. */
const char *http_request_cookie(HttpRequest *request, const char *name);

/**
 * http_request_set_cookie() - set a cookie for the whole server, for a year. The reply must be a page, an
 * entity or a redirect.
 * @name:  a literal
 * @value: [A-Za-z0-9/_+-]*, at most 63 bytes, copied; an empty value removes the cookie
 * Return: 0, -EINVAL if the value is not valid, -ENOBUFS if there are too many cookies.
 */
int http_request_set_cookie(HttpRequest *request, const char *name, const char *value);

/** http_request_set_cookie_with() - as http_request_set_cookie(); also for a redirect */
int http_request_set_cookie_with(
                HttpRequest *request, const char *name, const char *value, const HttpCookieOptions *options);

/**
 * http_request_language() - the language of the program that fits the reader's Accept-Language best. If none
 * fits: @fallback or, if @fallback is NULL, the server's language.
 */
const char *http_request_language(HttpRequest *request, const char *fallback);

/**
 * http_request_client() - the address of the client
 *
 * Usually this is the peer's address. If the peer is a trusted proxy or on a unix socket, the client is
 * the last address in X-Forwarded-For that is not a trusted proxy's. Empty members are ignored.
 *
 * Return: false if the address is unknown, because an untrusted peer sends X-Forwarded-For, or a trusted one
 * sends a member that is not an address ("unknown", "_hidden", an address with a port). Such a client must
 * get no rights by address. All unknown clients together share one limit by address.
 */
bool http_request_client(HttpRequest *request, Address *ret);

/**
 * http_request_is_local() - whether the peer is on a unix socket, so that the permissions of the socket have
 * decided who may connect
 */
bool http_request_is_local(HttpRequest *request);

/**
 * http_request_is_private() - whether nobody else on the network can read the request and its reply: it came
 * over TLS, on a unix socket, or from this machine
 *
 * A trusted proxy, a proxy on a unix socket and a proxy on this machine may send X-Forwarded-Proto, which
 * says how the client has connected to the proxy: then its last member must be https. A trusted proxy on
 * another machine that connects without TLS must send it.
 */
bool http_request_is_private(HttpRequest *request);

/**
 * http_request_is_https() - whether the client's browser uses HTTPS: the request came over TLS, or a proxy,
 * as for http_request_is_private(), says so
 */
bool http_request_is_https(HttpRequest *request);

/** http_request_status() - the status of the reply to this request; 0 before the reply */
int http_request_status(const HttpRequest *request);

/** http_request_total() - the number of replies with a status that the server has sent */
uint64_t http_request_total(const HttpRequest *request, int status);

/** http_request_over_budget() - the number of requests for long work that were refused (http/budget.h) */
uint64_t http_request_over_budget(const HttpRequest *request);

/** http_request_connections() - the counters of the server's connections. */
HttpConnections http_request_connections(const HttpRequest *request);

/** http_request_certificate_expires() - when the certificate for new connections expires; 0 without TLS. */
usec_t http_request_certificate_expires(const HttpRequest *request);
