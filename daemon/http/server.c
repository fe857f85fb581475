#include "http/server.h"

#include "base/log.h"
#include "base/progress.h"
#include "http/listener.h"
#include "http/request.h"
#include "http/tls-internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
        URI_BYTES = 2048,
        HEADER_BYTES = 8192,
        /* The library clears this much for each request, so it is no larger than the limits above and a reply's header need. */
        CONNECTION_BYTES = 12288,
        DRAIN_MSEC = 2000,
        DRAIN_STEP_MSEC = 5,
        /* Those who keep a connection busy ask again within this time, and hear then that it was the last. */
        QUIET_MSEC = 200,
        OTHER_FILES = 256,
};

typedef struct Listener {
        struct MHD_Daemon *daemon;
        int port;
} Listener;

struct HttpServer {
        const HttpRoute *routes;
        void *userdata;
        char language[8];
        Clock system_clock;
        const Clock *clock;
        Progress progress;
        _Atomic int in_flight;
        _Atomic int n_connections;
        _Atomic usec_t last_activity; /* a connection or a request began or ended; monotonic */
        _Atomic bool draining;
        usec_t drain_begun;
        _Atomic uint64_t totals[HTTP_STATUS_MAX - HTTP_STATUS_MIN];
        Network *proxies;       /* ended by one of family 0 */
        Tls *tls;               /* NULL: listeners on TCP speak plain HTTP */
        Handshakes *handshakes; /* NULL without TLS */
        Guard *guard;
        size_t n_listeners;
        Listener listeners[];
};

static const HttpRoute *find_route(const HttpRoute *routes, const char *path)
{
        const HttpRoute *best = NULL;
        size_t best_len = 0;
        for (const HttpRoute *route = routes; route->path; route++) {
                size_t len = strlen(route->path);
                if (len < best_len || strncmp(path, route->path, len) != 0 || (route->exact && path[len]))
                        continue;
                if (len > best_len || route->exact || !best) {
                        best = route;
                        best_len = len;
                }
        }
        return best;
}

static int hex_value(char c)
{
        return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* The library decodes the path, once; here it is made sure that this leaves no control character and no escape that is none. */
static bool path_is_clean(const char *uri, size_t len)
{
        for (size_t i = 0; i < len && uri[i] != '?'; i++) {
                int c = (unsigned char)uri[i];
                if (c == '%') {
                        if (!isxdigit((unsigned char)uri[i + 1]) || !isxdigit((unsigned char)uri[i + 2]))
                                return false;
                        c = hex_value(uri[i + 1]) * 16 + hex_value(uri[i + 2]);
                }
                if (c < ' ' || c == 0x7f)
                        return false;
        }
        return true;
}

HttpConnection *http_connection_of(struct MHD_Connection *connection)
{
        const union MHD_ConnectionInfo *info =
                        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        return info ? info->socket_context : NULL;
}

/* Return: the time. */
static usec_t note_activity(HttpServer *server)
{
        usec_t now = clock_monotonic();
        atomic_store_explicit(&server->last_activity, now, memory_order_relaxed);
        return now;
}

/* A request has begun: the first word of it that we hear, and the only one in which its path is as it came. */
static void *on_uri(void *userdata, const char *uri, struct MHD_Connection *connection)
{
        HttpServer *server = userdata;
        HttpConnection *kept = http_connection_of(connection);
        if (!kept)
                return NULL;
        HttpRequest *request = &kept->request;
        size_t len = strlen(uri);
        *request = (HttpRequest){
                .connection = connection,
                .draining = &server->draining,
                .totals = server->totals,
                .guard = server->guard,
                .proxies = server->proxies,
                .server_language = server->language,
                .clock = server->clock,
        };
        if (len > URI_BYTES)
                request->refused = MHD_HTTP_URI_TOO_LONG;
        else if (!path_is_clean(uri, len))
                request->refused = MHD_HTTP_BAD_REQUEST;
        atomic_fetch_add_explicit(&server->in_flight, 1, memory_order_relaxed);
        guard_show(server->guard, &kept->seat, GUARD_READING, note_activity(server));
        return request;
}

static void on_completed(void *userdata, struct MHD_Connection *connection, void **context,
                enum MHD_RequestTerminationCode code)
{
        HttpServer *server = userdata;
        HttpRequest *request = *context;
        HttpConnection *kept = http_connection_of(connection);
        (void)code;
        if (!request || !kept)
                return;
        request->form = http_form_free(request->form);
        if (request->corked)
                http_request_cork(request, false);
        atomic_fetch_sub_explicit(&server->in_flight, 1, memory_order_relaxed);
        guard_show(server->guard, &kept->seat, GUARD_WAITING, note_activity(server));
}

static enum MHD_Result on_peer(void *userdata, const struct sockaddr *peer, socklen_t len)
{
        HttpServer *server = userdata;
        (void)len;
        return guard_admits(server->guard, peer) ? MHD_YES : MHD_NO;
}

static void begin_connection(HttpServer *server, struct MHD_Connection *connection, HttpConnection *kept)
{
        const union MHD_ConnectionInfo *socket =
                        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        const union MHD_ConnectionInfo *peer =
                        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        kept->tls = server->tls; /* for the handshake, which comes before any request */
        int fd = socket ? socket->connect_fd : -1;
        guard_enter(server->guard, &kept->seat, fd, peer ? peer->client_addr : NULL, clock_monotonic());
        handshake_begin(&kept->handshake, server->handshakes, connection, fd);
}

static void on_connection(void *userdata, struct MHD_Connection *connection, void **context,
                enum MHD_ConnectionNotificationCode code)
{
        HttpServer *server = userdata;
        if (code == MHD_CONNECTION_NOTIFY_STARTED) {
                *context = calloc(1, sizeof(HttpConnection));
                if (*context)
                        begin_connection(server, connection, *context);
                atomic_fetch_add_explicit(&server->n_connections, 1, memory_order_relaxed);
        } else {
                HttpConnection *kept = *context;
                if (kept)
                        guard_leave(server->guard, &kept->seat);
                free(kept);
                *context = NULL;
                atomic_fetch_sub_explicit(&server->n_connections, 1, memory_order_relaxed);
        }
        note_activity(server);
}

static unsigned method_of(const char *name)
{
        if (strcmp(name, MHD_HTTP_METHOD_GET) == 0 || strcmp(name, MHD_HTTP_METHOD_HEAD) == 0)
                return HTTP_GET;
        return strcmp(name, MHD_HTTP_METHOD_POST) == 0 ? HTTP_POST : 0;
}

static int refusal_of(HttpRequest *request)
{
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(
                        request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
        if (!request->refused && info && info->header_size > HEADER_BYTES)
                return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
        return request->refused;
}

static int call_handler(HttpServer *server, HttpRequest *request)
{
        int r = request->route->on_request(request, request->rest, server->userdata);
        if (r < 0 && !request->replied) {
                log_error("%s: a request failed: %s", request->route->path, strerror(-r));
                r = http_reply_error(request, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL);
        }
        return r;
}

/* A reply before the body has come ends the connection, as it should when the body is not wanted. */
static int begin_post(HttpRequest *request)
{
        const char *length = http_request_header(request, "Content-Length");
        if (length && strtoull(length, NULL, 10) > HTTP_FORM_BYTES)
                return http_reply_error(request, MHD_HTTP_CONTENT_TOO_LARGE, NULL);
        int r = http_form_new(request->connection, &request->form);
        if (r == HTTP_E_FORM_TYPE)
                return http_reply_error(request, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, NULL);
        return r;
}

static int begin_request(HttpServer *server, HttpRequest *request, const char *path, const char *method)
{
        request->begun = true;
        request->refused = refusal_of(request);
        request->method = method_of(method);
        request->wants_options = strcmp(method, MHD_HTTP_METHOD_OPTIONS) == 0;
        request->route = find_route(server->routes, path);
        if (!request->route)
                return 0;
        request->rest = path + strlen(request->route->path);
        bool is_form = request->method == HTTP_POST && request->route->methods & HTTP_POST;
        return is_form && !request->refused ? begin_post(request) : 0;
}

static int end_request(HttpServer *server, HttpRequest *request)
{
        if (request->refused)
                return http_reply_error(request, request->refused, NULL);
        if (!request->route)
                return http_reply_error(request, MHD_HTTP_NOT_FOUND, NULL);
        if (request->wants_options)
                return http_reply_options(request, request->route->methods);
        if (!(request->method & request->route->methods))
                return http_reply_not_allowed(request, request->route->methods);
        if (request->form && http_form_is_too_large(request->form))
                return http_reply_error(request, MHD_HTTP_CONTENT_TOO_LARGE, NULL);
        return call_handler(server, request);
}

/* Called once with the header, then for each piece of a body, then once more at its end; MHD_NO drops the connection. */
static enum MHD_Result on_access(void *userdata, struct MHD_Connection *connection, const char *path,
                const char *method, const char *version, const char *bytes, size_t *n_bytes, void **context)
{
        HttpServer *server = userdata;
        HttpRequest *request = *context;
        HttpConnection *kept = http_connection_of(connection);
        (void)version;
        if (!request || !kept)
                return MHD_NO;
        usec_t now = clock_monotonic();
        int r = 0, place = progress_enter(&server->progress, now);
        if (!request->begun) {
                r = begin_request(server, request, path, method);
                guard_show(server->guard, &kept->seat, request->replied ? GUARD_REPLYING : GUARD_READING,
                                now);
        } else if (*n_bytes > 0) {
                r = request->form ? http_form_feed(request->form, bytes, *n_bytes) : 0;
                *n_bytes = 0;
        } else if (!request->replied) {
                guard_show(server->guard, &kept->seat, GUARD_REPLYING, now);
                r = end_request(server, request);
        }
        progress_leave(&server->progress, place);
        return r < 0 ? MHD_NO : MHD_YES;
}

static struct MHD_Daemon *start_daemon(HttpServer *server, const HttpOptions *options, int fd)
{
        unsigned threads = options->threads > 1 ? (unsigned)options->threads : 0;
        /* Behind a unix socket is a proxy of this machine. */
        bool is_tls = server->tls && !http_listener_is_unix(fd);
        struct MHD_OptionItem items[] = {
                { MHD_OPTION_LISTEN_SOCKET, fd, NULL },
                { MHD_OPTION_CONNECTION_LIMIT, options->connections, NULL },
                { MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)(options->idle_timeout / USEC_PER_SEC), NULL },
                { MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES, NULL },
                { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, server },
                { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, server },
                { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_uri, server },
                { threads ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads, NULL },
                { MHD_OPTION_END, 0, NULL },
        };
        /* A new connection is read at once for luck (TURBO); with TLS, who has nothing to say in the handshake is suspended. */
        unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC |
                         (is_tls ? MHD_USE_TLS | MHD_ALLOW_SUSPEND_RESUME : MHD_USE_TURBO);
        return MHD_start_daemon(flags, 0, on_peer, server, on_access, server, MHD_OPTION_ARRAY, items,
                        is_tls ? MHD_OPTION_HTTPS_CERT_CALLBACK2 : MHD_OPTION_END, tls_on_handshake,
                        MHD_OPTION_HTTPS_PRIORITIES, TLS_PRIORITIES, MHD_OPTION_END);
}

static int add_listener(HttpServer *server, const HttpOptions *options, int fd)
{
        struct MHD_Daemon *daemon = start_daemon(server, options, fd);
        if (!daemon)
                return -EIO;
        server->listeners[server->n_listeners++] =
                        (Listener){ .daemon = daemon, .port = http_listener_port(fd) };
        return 0;
}

static int open_listener(const HttpOptions *options, size_t index, int *ret, InputError *ret_error)
{
        if (options->n_sockets == 0)
                return http_listener_open(options->listen[index], ret, ret_error);
        *ret = options->sockets[index];
        return 0;
}

static int start(HttpServer *server, const HttpOptions *options, size_t n_listeners, InputError *ret_error)
{
        for (size_t i = 0; i < n_listeners; i++) {
                CLEANUP(cleanup_close) int fd = -1;
                int r = open_listener(options, i, &fd, ret_error);
                if (r < 0)
                        return r;
                r = add_listener(server, options, fd);
                if (r < 0) {
                        input_error_set(ret_error, 0, "http", "the server could not be started: %s",
                                        strerror(-r));
                        return r;
                }
                fd = -1;
        }
        return 0;
}

static int read_proxies(HttpServer *server, const HttpOptions *options)
{
        int r = 0;
        server->proxies = calloc(options->n_trusted_proxies + 1, sizeof(*server->proxies));
        if (!server->proxies)
                return -ENOMEM;
        for (size_t i = 0; r == 0 && i < options->n_trusted_proxies; i++)
                r = network_parse(options->trusted_proxies[i], &server->proxies[i]);
        return r;
}

/* A shell gives its programs a thousand files; the hard limit is what the administrator has set. */
static void allow_files(int connections)
{
        struct rlimit limit;
        rlim_t wanted = (rlim_t)connections + OTHER_FILES;
        if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
                return;
        limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < wanted)
                log_warning("http.connections is %d, but only %llu files may be open", connections,
                                (unsigned long long)limit.rlim_cur);
}

static int start_guard(HttpServer *server, const HttpOptions *options)
{
        allow_files(options->connections);
        GuardOptions guard = {
                .connections = options->connections,
                .per_address = options->connections_per_address,
                .idle_timeout = options->idle_timeout,
                .request_timeout = options->request_timeout,
                .exempt = server->proxies,
        };
        int r = guard_new(&guard, &server->guard);
        return r < 0 ? r : guard_start(server->guard);
}

int http_server_new(const HttpOptions *options, const HttpRoute *routes, void *userdata, HttpServer **ret,
                InputError *ret_error)
{
        size_t n_listeners = options->n_sockets > 0 ? options->n_sockets : options->n_listen;
        CLEANUP(http_server_stopp)
        HttpServer *server = calloc(1, sizeof(*server) + n_listeners * sizeof(Listener));
        if (!server) {
                tls_pair_free(options->tls);
                return -ENOMEM;
        }
        server->routes = routes;
        server->userdata = userdata;
        snprintf(server->language, sizeof(server->language), "%s",
                        options->language ? options->language : "en");
        clock_init(&server->system_clock);
        server->clock = options->clock ? options->clock : &server->system_clock;
        int r = options->tls ? tls_new(options->tls, &server->tls) : 0;
        if (r == 0 && options->tls)
                r = handshakes_new(&server->handshakes);
        if (r == 0)
                r = read_proxies(server, options);
        if (r == 0)
                r = start_guard(server, options);
        if (r == 0)
                r = start(server, options, n_listeners, ret_error);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(server);
        return 0;
}

void http_server_drain(HttpServer *server)
{
        if (atomic_exchange(&server->draining, true))
                return;
        server->drain_begun = clock_monotonic();
        for (size_t i = 0; i < server->n_listeners; i++) {
                int fd = MHD_quiesce_daemon(server->listeners[i].daemon);
                if (fd >= 0)
                        close(fd);
        }
}

static usec_t msec_since(usec_t then)
{
        return (clock_monotonic() - then) * 1000 / USEC_PER_SEC;
}

bool http_server_drained(const HttpServer *server)
{
        usec_t began = server->drain_begun, active = atomic_load(&server->last_activity);
        if (server->n_connections == 0 || msec_since(began) >= DRAIN_MSEC)
                return true;
        return server->in_flight == 0 && msec_since(active > began ? active : began) >= QUIET_MSEC;
}

const TlsPair *http_server_tls(const HttpServer *server)
{
        return server->tls ? tls_pair(server->tls) : NULL;
}

void http_server_use_tls(HttpServer *server, TlsPair *pair)
{
        tls_use(server->tls, pair);
}

usec_t http_server_oldest_sign(const HttpServer *server)
{
        return progress_oldest(&server->progress);
}

HttpServer *http_server_stop(HttpServer *server)
{
        if (!server)
                return NULL;
        http_server_drain(server);
        const struct timespec step = { .tv_nsec = DRAIN_STEP_MSEC * 1000000L };
        while (!http_server_drained(server))
                nanosleep(&step, NULL);
        handshakes_end(server->handshakes);
        for (size_t i = 0; i < server->n_listeners; i++)
                MHD_stop_daemon(server->listeners[i].daemon);
        handshakes_free(server->handshakes);
        guard_free(server->guard);
        free(server->proxies);
        tls_free(server->tls);
        free(server);
        return NULL;
}

int http_server_port(const HttpServer *server, size_t index)
{
        return index < server->n_listeners ? server->listeners[index].port : 0;
}
