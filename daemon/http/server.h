#pragma once

/*
 * The HTTP server: listeners, limits and routes. Only this module uses libmicrohttpd. Handlers run on
 * the threads of the server. The module has no code for calendars.
 *
 * Some requests never reach a handler: those with a path over 2 KiB (414), a header over 8 KiB (431), or
 * more content than their route takes (413); those with a method that the server does not know (501) or
 * the route does not take (405); and malformed ones (400): with a target that is neither a path nor an
 * absolute URI, with a control character or a bad escape in the path, without exactly one valid Host
 * (RFC 9112, 3.2), or with content whose end is ambiguous (6.3).
 */

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/input-error.h"
#include "base/time.h"
#include "http/error.h"
#include "http/route.h"
#include "http/tls.h"

typedef struct HttpServer HttpServer;

typedef struct HttpOptions {
        const char *const *listen; /* "127.0.0.1:8080", "[::1]:8080", "unix:/PATH" */
        size_t n_listen;
        /*
         * listening sockets that the service manager passed in; used instead of `listen` if n_sockets >
         * 0; the server owns them
         */
        const int *sockets;
        size_t n_sockets;
        int threads;     /* of each listener */
        int connections; /* maximum, over all listeners */
        /* maximum for one IPv4 address or IPv6 /56; trusted proxies are exempt; 0 for no limit */
        int connections_per_address;
        usec_t idle_timeout;                /* between requests */
        usec_t request_timeout;             /* for the header of a request, and again for its content */
        const char *language;               /* the default; copied; NULL for "en" */
        const Clock *clock;                 /* borrowed, must outlive the server; NULL for the system's */
        const char *const *trusted_proxies; /* networks as network_parse() reads them; copied */
        size_t n_trusted_proxies;
        usec_t long_work; /* processor time that a network may use at once; 0 for no limit */
        /* writes the content of error replies; if NULL, it is the reason phrase of the status */
        HttpErrorWriter write_error;
        /* routes of other modules; borrowed, must outlive the server; NULL for none */
        const HttpMount *mounts;
        /* whether each request is logged (http/access-log.h) */
        bool access_log;
        /*
         * paths of routes whose remainder holds no secret: such a path is logged in full; the last one is
         * NULL; borrowed, must outlive the server; NULL for none
         */
        const char *const *open_paths;
        TlsPair *tls; /* for TLS on TCP; NULL for plain HTTP; owned by the server, even on failure */
} HttpOptions;

/**
 * http_server_new() - open the listeners and start to serve
 * @routes:    the last one has no path; borrowed, must outlive the server
 * @userdata:  passed to the handlers
 * @ret_error: names the address that cannot be used, and the reason
 * Return: 0 or negative errno.
 */
int http_server_new(const HttpOptions *options, const HttpRoute *routes, void *userdata, HttpServer **ret,
                InputError *ret_error);

/**
 * http_server_drain() - begin a graceful stop: accept no connections, and close each connection after its
 * next reply. Does not block. Connections that wait in a passed-in listening socket are left for the next
 * process.
 */
void http_server_drain(HttpServer *server);

/**
 * http_server_drained() - whether the stop is complete: no connection is open, no request is in progress,
 * and none has begun or ended in the last 0.2 s. It is complete in any case 2 s after http_server_drain().
 */
bool http_server_drained(const HttpServer *server);

/**
 * http_server_tls() - the certificate and key for new connections, borrowed until http_server_use_tls();
 * NULL without TLS
 */
const TlsPair *http_server_tls(const HttpServer *server);

/**
 * http_server_use_tls() - use another pair for new connections, and take it over. The server must have been
 * started with TLS. Call it on the same thread as http_server_tls().
 */
void http_server_use_tls(HttpServer *server, TlsPair *pair);

/** http_server_oldest_sign() - the oldest heartbeat of the threads in a handler, as progress_oldest(). */
usec_t http_server_oldest_sign(const HttpServer *server);

/**
 * http_server_stop() - drain until http_server_drained(), then free everything. Blocks up to 2 s after the
 * first call of http_server_drain(). NULL is allowed.
 */
HttpServer *http_server_stop(HttpServer *server);
DEFINE_CLEANUP(HttpServer, http_server_stopp, http_server_stop)

/** http_server_port() - the actual port of a listener on port 0; 0 for a unix socket */
int http_server_port(const HttpServer *server, size_t index);
