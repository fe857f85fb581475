#pragma once

/* Inside of http/ only: one request, as long as it lasts. A connection has one at a time, so each connection keeps one of these. */

#include "http/form.h"
#include "http/guard.h"
#include "http/handshake.h"
#include "http/server.h"

#include <microhttpd.h>

enum { HTTP_COOKIE_BYTES = 64, HTTP_COOKIES_MAX = 4 };

typedef struct HttpCookie {
        const char *name;
        char value[HTTP_COOKIE_BYTES];
} HttpCookie;

struct HttpRequest {
        struct MHD_Connection *connection;
        const char *server_language;
        const _Atomic bool *draining; /* the reply is the connection's last */
        const Clock *clock;
        int refused; /* status with which the request was refused before any handler, 0 for none */
        int status;  /* of the reply, 0 before */
        _Atomic uint64_t *totals; /* the server's, from HTTP_STATUS_MIN on */
        Guard *guard;             /* the server's */
        const Network *proxies;   /* trusted ones, ended by one of family 0 */
        bool begun;
        bool replied;
        bool wants_options;
        bool corked;       /* until the reply is complete */
        HttpMethod method; /* 0 for those that no route has */
        const HttpRoute *route;
        const char *rest;
        HttpForm *form;                       /* of a POST */
        HttpCookie cookies[HTTP_COOKIES_MAX]; /* that the reply sets */
        size_t n_cookies;
};

/** What a connection keeps; the library's socket context. */
typedef struct HttpConnection {
        GuardSeat seat;
        struct Tls *tls; /* the server's; NULL for none */
        Handshake handshake;
        HttpRequest request;
} HttpConnection;

/** http_connection_of() - NULL where there was no memory for it. */
HttpConnection *http_connection_of(struct MHD_Connection *connection);

/** http_request_cork() - header and body leave in the same packets, and once it is off again what is left over leaves too (tcp(7)). */
void http_request_cork(HttpRequest *request, bool on);

/** http_reply_options() - 204 with Allow and what CORS asks for. */
int http_reply_options(HttpRequest *request, unsigned methods);

/** http_reply_not_allowed() - 405 with Allow. */
int http_reply_not_allowed(HttpRequest *request, unsigned methods);
