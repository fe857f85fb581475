#include "http/server.h"

#include "base/log.h"
#include "http/connection.h"
#include "http/dispatch.h"
#include "http/encoder.h"
#include "http/handler.h"
#include "http/listener.h"
#include "http/tls-credentials.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum {
        DRAIN_MSEC = 2000,
        DRAIN_STEP_MSEC = 5,
        /*
         * Drained when no request has come for this long. A busy client sends its next request sooner, and
         * the reply to it closes the connection.
         */
        QUIET_MSEC = 200,
        OTHER_FILES = 256,
};

typedef struct Listener {
        struct MHD_Daemon *daemon;
        int port;
} Listener;

struct HttpServer {
        HttpShared shared;
        Clock system_clock;
        usec_t drain_begun;
        size_t n_listeners;
        Listener listeners[];
};

static struct MHD_Daemon *start_daemon(HttpServer *server, const HttpOptions *options, int fd)
{
        unsigned threads = options->threads > 1 ? (unsigned)options->threads : 0;
        /* No TLS on a unix socket: its peer is a proxy on this machine. */
        bool is_tls = server->shared.credentials && !http_listener_is_unix(fd);
        struct MHD_OptionItem items[] = {
                { MHD_OPTION_LISTEN_SOCKET, fd, NULL },
                { MHD_OPTION_CONNECTION_LIMIT, options->connections, NULL },
                { MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)(options->idle_timeout / USEC_PER_SEC), NULL },
                { MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTP_DISPATCH_CONNECTION_BYTES, NULL },
                { MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)http_connection_on_change, &server->shared },
                { MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)http_dispatch_on_completed, &server->shared },
                { MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)http_dispatch_on_uri, &server->shared },
                { threads ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads, NULL },
                { MHD_OPTION_END, 0, NULL },
        };
        /*
         * TURBO reads from a new connection at once. A connection is suspended while its TLS handshake
         * waits for bytes and while a worker runs its handler.
         */
        unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME |
                         (is_tls ? MHD_USE_TLS : MHD_USE_TURBO);
        return MHD_start_daemon(flags, 0, http_connection_on_peer, &server->shared, http_dispatch_on_access,
                        &server->shared, MHD_OPTION_ARRAY, items,
                        is_tls ? MHD_OPTION_HTTPS_CERT_CALLBACK2 : MHD_OPTION_END,
                        tls_credentials_on_handshake, MHD_OPTION_HTTPS_PRIORITIES,
                        TLS_CREDENTIALS_PRIORITIES, MHD_OPTION_END);
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
        server->shared.spools.max = HTTP_SPOOLS_MAX_BYTES;
        server->shared.proxies = calloc(options->n_trusted_proxies + 1, sizeof(*server->shared.proxies));
        if (!server->shared.proxies)
                return -ENOMEM;
        for (size_t i = 0; r == 0 && i < options->n_trusted_proxies; i++)
                r = network_parse(options->trusted_proxies[i], &server->shared.proxies[i]);
        return r;
}

/*
 * Raises the soft limit of open files, which is about a thousand in a shell, up to the hard limit of the
 * administrator.
 */
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

static int start_admission(HttpServer *server, const HttpOptions *options)
{
        allow_files(options->connections);
        AdmissionOptions limits = {
                .connections = options->connections,
                .per_address = options->connections_per_address,
                .idle_timeout = options->idle_timeout,
                .request_timeout = options->request_timeout,
                .exempt = server->shared.proxies,
        };
        int r = admission_new(&limits, &server->shared.admission);
        return r < 0 ? r : admission_start(server->shared.admission);
}

static void init_shared(
                HttpServer *server, const HttpOptions *options, const HttpRoute *routes, void *userdata)
{
        HttpShared *shared = &server->shared;
        clock_init(&server->system_clock);
        shared->routes = routes;
        shared->userdata = userdata;
        shared->mounts = options->mounts;
        shared->access_log = options->access_log;
        shared->open_paths = options->open_paths;
        shared->write_error = options->write_error;
        shared->clock = options->clock ? options->clock : &server->system_clock;
        snprintf(shared->language, sizeof(shared->language), "%s",
                        options->language ? options->language : "en");
}

static int count_cores(void)
{
        cpu_set_t cores;
        return sched_getaffinity(0, sizeof(cores), &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

/*
 * Long work leaves a core to the threads that send replies: the kernel lets a thread that computes finish
 * its time slice before one that wakes up. Work for accounts has a low priority instead, because it may wait
 * for the disk, and several accounts should be served at a time. One network cannot take all of its threads;
 * the keys of the jobs see to it that one account takes only one.
 */
static int start_workers(HttpShared *shared, usec_t long_work)
{
        int n_cores = count_cores(), n_long = n_cores > 1 ? n_cores - 1 : 1;
        const WorkersOptions options[HTTP_N_WORKS] = {
                [HTTP_WORK_SHORT] = { .name = "http-short", .n_threads = 2, .n_per_client = 1 },
                [HTTP_WORK_WAITS] = { .name = "http-waits", .n_threads = 4, .n_per_client = 1 },
                [HTTP_WORK_LONG] = { .name = "http-long",
                                .n_threads = n_long < WORKERS_THREADS_MAX ? n_long : WORKERS_THREADS_MAX,
                                .n_per_client = 1 },
                [HTTP_WORK_READ] = { .name = "http-reads", .n_threads = 4, .n_per_client = 3, .nice = 10 },
                [HTTP_WORK_WRITE] = { .name = "http-writes", .n_threads = 4, .n_per_client = 3 },
        };
        int r = budget_new(long_work, &shared->budget);
        for (HttpWork work = 0; r == 0 && work < HTTP_N_WORKS; work++)
                r = workers_new(&options[work], http_handler_run, &shared->workers[work]);
        static const WorkersOptions encoders = {
                .name = "http-encode", .n_threads = 1, .n_per_client = 1, .nice = 19
        };
        return r != 0 ? r : workers_new(&encoders, http_encoder_run, &shared->encoders);
}

static int start_tls(HttpServer *server, TlsPair *pair)
{
        if (!pair)
                return 0;
        int r = tls_credentials_new(pair, &server->shared.credentials);
        return r < 0 ? r : handshakes_new(&server->shared.handshakes);
}

int http_server_new(const HttpOptions *options, const HttpRoute *routes, void *userdata, HttpServer **ret,
                InputError *ret_error)
{
        *ret = NULL;
        size_t n_listeners = options->n_sockets > 0 ? options->n_sockets : options->n_listen;
        CLEANUP(http_server_stopp)
        HttpServer *server = calloc(1, sizeof(*server) + n_listeners * sizeof(Listener));
        if (!server) {
                tls_pair_free(options->tls);
                return -ENOMEM;
        }
        init_shared(server, options, routes, userdata);
        int r = start_tls(server, options->tls);
        if (r == 0)
                r = read_proxies(server, options);
        if (r == 0)
                r = start_admission(server, options);
        if (r == 0)
                r = start_workers(&server->shared, options->long_work);
        if (r == 0)
                r = start(server, options, n_listeners, ret_error);
        if (r == 0)
                *ret = TAKE_PTR(server);
        return r;
}

void http_server_drain(HttpServer *server)
{
        if (atomic_exchange(&server->shared.draining, true))
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
        usec_t began = server->drain_begun, active = atomic_load(&server->shared.last_activity);
        if (server->shared.n_connections == 0 || msec_since(began) >= DRAIN_MSEC)
                return true;
        return server->shared.in_flight == 0 && msec_since(active > began ? active : began) >= QUIET_MSEC;
}

const TlsPair *http_server_tls(const HttpServer *server)
{
        return server->shared.credentials ? tls_credentials_pair(server->shared.credentials) : NULL;
}

void http_server_use_tls(HttpServer *server, TlsPair *pair)
{
        tls_credentials_use(server->shared.credentials, pair);
}

usec_t http_server_oldest_sign(const HttpServer *server)
{
        return progress_oldest(&server->shared.progress);
}

HttpServer *http_server_stop(HttpServer *server)
{
        if (!server)
                return NULL;
        http_server_drain(server);
        const struct timespec step = { .tv_nsec = DRAIN_STEP_MSEC * 1000000L };
        while (!http_server_drained(server))
                nanosleep(&step, NULL);
        for (HttpWork work = 0; work < HTTP_N_WORKS; work++)
                workers_end(server->shared.workers[work]);
        workers_end(server->shared.encoders);
        handshakes_end(server->shared.handshakes);
        for (size_t i = 0; i < server->n_listeners; i++)
                MHD_stop_daemon(server->listeners[i].daemon);
        handshakes_free(server->shared.handshakes);
        for (HttpWork work = 0; work < HTTP_N_WORKS; work++)
                workers_free(server->shared.workers[work]);
        workers_free(server->shared.encoders);
        budget_free(server->shared.budget);
        admission_free(server->shared.admission);
        free(server->shared.proxies);
        tls_credentials_free(server->shared.credentials);
        free(server);
        return NULL;
}

int http_server_port(const HttpServer *server, size_t index)
{
        return index < server->n_listeners ? server->listeners[index].port : 0;
}
