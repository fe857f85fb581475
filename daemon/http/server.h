#pragma once

/*
 * The HTTP server: listeners, limits, routes, and replies that are prepared once and queued many times. The only home of
 * libmicrohttpd. Handlers run on its threads; it knows nothing of calendars.
 *
 * A request whose path is over 2 KiB long, or has a control character or a bad percent escape in it, whose header is over 8 KiB or
 * whose form is over 16 KiB, never reaches a handler: 414, 400, 431, 413.
 */

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/input-error.h"
#include "base/network.h"
#include "base/time.h"
#include "http/entity.h"
#include "http/tls.h"

typedef struct HttpServer HttpServer;
typedef struct HttpRequest HttpRequest;

typedef enum HttpMethod {
        HTTP_GET = 1,
        HTTP_POST = 2
} HttpMethod; /* HEAD comes as GET, its body is left out */

/**
 * A route: the longest prefix that fits wins; `exact` ones only as a whole. The handler answers with one of the http_reply_*() functions
 * and returns their result; @rest is the path behind the prefix, percent-decoded, without the query.
 */
typedef struct HttpRoute {
        const char *path;
        bool exact;
        unsigned methods; /* HTTP_GET | HTTP_POST; others are answered 405 with Allow */
        int (*on_request)(HttpRequest *request, const char *rest, void *userdata);
} HttpRoute;

typedef struct HttpOptions {
        const char *const *listen; /* "127.0.0.1:8080", "[::1]:8080" */
        size_t n_listen;
        const int *sockets; /* listening sockets that were passed in (systemd); used instead of `listen` when n_sockets > 0; the server owns them */
        size_t n_sockets;
        int threads;
        int connections;
        int connections_per_address; /* of one IPv4 address or IPv6 /64, trusted proxies apart; 0 for no limit */
        usec_t idle_timeout;
        usec_t request_timeout; /* for a request's header, and again for its body */
        const char *language;   /* of errors, for those who ask for none of ours; copied; NULL: "en" */
        const Clock *clock;     /* borrowed, must outlive the server; NULL: the system's */
        const char *const *trusted_proxies; /* networks as network_parse() reads them; copied */
        size_t n_trusted_proxies;
        TlsPair *tls; /* what listeners on TCP speak TLS with; NULL: they do not. Taken over in any case */
} HttpOptions;

/**
 * http_server_new() - open the listeners and start to serve
 * @routes:   ended by one without a path; borrowed, must outlive the server
 * @ret_error: what could not be listened on, and why
 */
int http_server_new(const HttpOptions *options, const HttpRoute *routes, void *userdata, HttpServer **ret,
                InputError *ret_error);

/**
 * http_server_drain() - end gracefully: nothing more is accepted, each reply from now on is its connection's last and says so; never waits
 * http_server_drained() - whether all connections have ended, or nobody has asked for anything for a while
 *
 * What waits in a listening socket that was passed in is left there for whoever comes next.
 */
void http_server_drain(HttpServer *server);
bool http_server_drained(const HttpServer *server);

/**
 * http_server_tls() - what new connections are shown, borrowed until there is another; NULL when the server was started without
 * http_server_use_tls() - only when it was started with a pair: another one for connections to come, taken over; by the thread that asks for it, too
 */
const TlsPair *http_server_tls(const HttpServer *server);
void http_server_use_tls(HttpServer *server, TlsPair *pair);

/** http_server_oldest_sign() - of the threads in a handler, as progress_oldest(). */
usec_t http_server_oldest_sign(const HttpServer *server);

/** http_server_stop() - drain for up to 2 s from its beginning, then free everything. */
HttpServer *http_server_stop(HttpServer *server);
DEFINE_CLEANUP(HttpServer, http_server_stopp, http_server_stop)

/** http_server_port() - the port of a listener, for listeners on port 0. */
int http_server_port(const HttpServer *server, size_t index);

/**
 * http_request_client() - whom a request comes from: the peer, or, where that is a trusted proxy or a unix socket, whom it names in
 * X-Forwarded-For, read from its end up to the first address that is not a trusted proxy's
 * Return: false when that cannot be told: the peer names somebody, and nobody vouches for it.
 */
bool http_request_client(HttpRequest *request, Address *ret);

/** http_request_total() - how many replies of a status the server has given; http_request_status() - that of the reply to this one, 0 before. */
enum { HTTP_STATUS_MIN = 100, HTTP_STATUS_MAX = 600 };
uint64_t http_request_total(const HttpRequest *request, int status);
int http_request_status(const HttpRequest *request);

/** http_request_certificate_expires() - when the certificate does that the server shows to those who connect now; 0 where it speaks no TLS. */
usec_t http_request_certificate_expires(const HttpRequest *request);

/** http_request_connections() - how connections fare. */
typedef struct HttpConnections {
        uint64_t open;
        uint64_t refused_share; /* their address had its share */
        uint64_t refused_full;  /* there were as many as may be */
        uint64_t cut_slow;      /* a request that was not complete in time */
        uint64_t cut_scarce;    /* idle ones that gave way to others */
} HttpConnections;
HttpConnections http_request_connections(const HttpRequest *request);

HttpMethod http_request_method(const HttpRequest *request);
const char *http_request_header(
                HttpRequest *request, const char *name); /* borrowed for the request; NULL when not there */
const char *http_request_query(HttpRequest *request, const char *name); /* decoded; NULL when not there */
const char *http_request_form(HttpRequest *request,
                const char *name); /* a field of a POST in application/x-www-form-urlencoded or multipart/form-data, at most 16 KiB; NULL when not there */

/** http_request_cookie() - the value of a cookie that the browser sent, as it is; borrowed for the request; NULL when not there. */
const char *http_request_cookie(HttpRequest *request, const char *name);

/**
 * http_request_set_cookie() - the reply, a page or an entity, sets a cookie for the whole server, for a year
 * @name:  a literal
 * @value: [A-Za-z0-9/_+-]*, at most 63 bytes; copied; an empty one takes the cookie back
 * Return: 0, -EINVAL for another value, -ENOBUFS when there are too many.
 */
int http_request_set_cookie(HttpRequest *request, const char *name, const char *value);

/** http_request_language() - "ru" or "en", as the reader's Accept-Language has it, else @fallback, else the server's (NULL). */
const char *http_request_language(HttpRequest *request, const char *fallback);

/** http_reply_entity() - answer with a prepared entity: conditional, HEAD and compressed as RFC 9110 has it. */
int http_reply_entity(HttpRequest *request, HttpEntity *entity);

/**
 * http_reply_error() - a small body that says what is wrong, in the reader's language; 404, 410, 500, 503 ...
 * @text: one sentence more, plain text in the reader's language; NULL for none
 */
int http_reply_error(HttpRequest *request, int status, const char *text);

/** http_reply_redirect() - the same thing lies elsewhere; @location is a path of this server, percent-encoded. */
int http_reply_redirect(HttpRequest *request, int status, const char *location);

/**
 * http_reply_page() - bytes made for this one request, `private, no-store`; copied
 * The page may load style sheets of this server and send forms to it, nothing else; it is shown in no frame and tells nobody its address.
 */
int http_reply_page(
                HttpRequest *request, int status, const char *content_type, const char *bytes, size_t len);
