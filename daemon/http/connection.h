#pragma once

/*
 * Private to http/: the state of the server, of a connection and of a request. The threads of libmicrohttpd,
 * which http/ calls "the library", share the state of the server. A connection has one request at a time, so
 * each connection holds the memory of one request.
 */

#include "base/clock.h"
#include "base/network.h"
#include "base/progress.h"
#include "base/spool.h"
#include "http/admission.h"
#include "http/body.h"
#include "http/budget.h"
#include "http/cookie.h"
#include "http/error.h"
#include "http/fields.h"
#include "http/form.h"
#include "http/handshake.h"
#include "http/method.h"
#include "http/metrics.h"
#include "http/route.h"
#include "http/target.h"
#include "http/work.h"
#include "http/workers.h"

#include <microhttpd.h>

enum { HTTP_COOKIE_BYTES = 64, HTTP_COOKIES_MAX = 4 };

/* The maximum of all replies together that are sent at a time, on the disk. */
#define HTTP_SPOOLS_MAX_BYTES ((uint64_t)2 * 1024 * 1024 * 1024)

/** The part of the server that connections use. */
typedef struct HttpShared {
        const HttpRoute *routes;
        void *userdata;                /* passed to the handlers of `routes` */
        const HttpMount *mounts;       /* NULL for none */
        const char *const *open_paths; /* as in HttpOptions */
        bool access_log;
        char language[8];
        const Clock *clock;
        HttpErrorWriter write_error;
        Network *proxies; /* trusted; the last one has family 0 */
        Admission *admission;
        struct TlsCredentials *credentials; /* NULL if the listeners on TCP use plain HTTP */
        Handshakes *handshakes;             /* NULL without TLS */
        Workers *workers[HTTP_N_WORKS];
        Workers *encoders; /* they make slow codings, and yield to all others */
        Budget *budget;    /* of HTTP_WORK_LONG */
        Progress progress;
        _Atomic bool draining; /* each connection is closed after its next reply */
        _Atomic int in_flight; /* requests */
        HttpBodyTotal bodies;
        SpoolPool spools; /* of replies */
        _Atomic int n_connections;
        _Atomic usec_t last_activity; /* when a connection or a request last began or ended, monotonic */
        _Atomic uint64_t totals[HTTP_STATUS_MAX - HTTP_STATUS_MIN];
} HttpShared;

typedef struct HttpCookie {
        const char *name;
        HttpCookieOptions options;
        char value[HTTP_COOKIE_BYTES];
} HttpCookie;

/** The stages of a request whose handler is called on another thread. */
typedef enum HttpDeferral {
        HTTP_NOT_DEFERRED,
        HTTP_WAITING,   /* for a worker; in this state and the next one the connection is suspended */
        HTTP_ON_WORKER, /* the handler runs */
        HTTP_RESUMED,   /* the connection is resumed */
} HttpDeferral;

/** A reply that a worker has prepared. The connection's thread will send it. */
typedef struct HttpPrepared {
        struct MHD_Response *response; /* NULL for none */
        struct HttpEntity *entity;     /* that owns the response, referenced; NULL if the request owns it */
        int result;                    /* of the handler, or WORKERS_E_FULL */
} HttpPrepared;

struct HttpRequest {
        struct MHD_Connection *connection;
        HttpShared *shared;
        AdmissionSeat *seat; /* the connection's */
        HttpTarget target;
        HttpFields fields;
        const char *method_name, *version; /* as received; set when `begun` */
        HttpMethod method;                 /* 0 for one that the server does not know */
        int refusal; /* the status of a reply that is sent without the handler; 0 for none */
        int status;  /* of the reply, 0 before */
        bool begun;
        bool replied;
        bool corked; /* until the reply is complete */
        const HttpRoute *route;
        void *userdata;   /* for the handlers of the route */
        const char *rest; /* the path after the route's prefix, decoded */
        HttpBody body;
        HttpForm *form;
        uint64_t spooled;                     /* bytes of the reply that are in a file */
        HttpCookie cookies[HTTP_COOKIES_MAX]; /* that the reply sets */
        size_t n_cookies;
        WorkersJob job;
        HttpWork work; /* with its key, of a request that is deferred */
        uint64_t work_key;
        Address client; /* of a deferred request; family 0 if it is unknown or a proxy */
        HttpDeferral deferral;
        HttpPrepared prepared;
};

/** The state of a connection: the library's socket context. */
typedef struct HttpConnection {
        HttpShared *shared;
        AdmissionSeat seat;
        Handshake handshake;
        struct HttpRequest request;
} HttpConnection;

/** http_connection_of() - the state of a connection; NULL if there was no memory for it. */
HttpConnection *http_connection_of(struct MHD_Connection *connection);

/** http_request_is_proxy() - whether an address is that of a trusted proxy */
bool http_request_is_proxy(const struct HttpRequest *request, const Address *address);

/** http_connection_note_activity() - set the time of the last activity. Return: the time, monotonic. */
usec_t http_connection_note_activity(HttpShared *shared);

/**
 * http_connection_cork() - set TCP_CORK, so that header and content share packets; clearing it sends the
 * rest at once (tcp(7)).
 */
void http_connection_cork(struct HttpRequest *request, bool on);

/**
 * http_connection_on_peer() - accept or refuse a new connection: the library's MHD_AcceptPolicyCallback,
 * with the HttpShared as userdata.
 */
enum MHD_Result http_connection_on_peer(void *userdata, const struct sockaddr *peer, socklen_t len);

/**
 * http_connection_on_change() - set up or end the state of a connection: the library's
 * MHD_NotifyConnectionCallback, with the HttpShared as userdata.
 */
void http_connection_on_change(void *userdata, struct MHD_Connection *connection, void **context,
                enum MHD_ConnectionNotificationCode code);
