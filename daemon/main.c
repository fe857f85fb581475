/*
 * convened: one process, one loop. This is the only file that sees every module: it makes them, connects their notices, and takes
 * them down in order.
 */

#include "base/clock.h"
#include "base/health.h"
#include "base/log.h"
#include "base/notify.h"
#include "config/config.h"
#include "http/server.h"
#include "mail/smtp.h"
#include "outbox/returned.h"
#include "remind/digest.h"
#include "remind/due.h"
#include "remind/engine.h"
#include "remind/mails.h"
#include "service/clock-watch.h"
#include "service/config-check.h"
#include "service/heap.h"
#include "service/options.h"
#include "service/watchdog.h"
#include "store/object.h"
#include "store/signup.h"
#include "store/store.h"
#include "store/suppression.h"
#include "store/watch.h"
#include "web/site-routes.h"
#include "web/site.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-event.h>
#include <unistd.h>

enum {
        EXIT_REFUSED = 1,
        EXIT_USAGE = 2,
        SOCKETS_MAX = 16,
        STOP_STEP_USEC = 20000,
        STATUS_DELAY_USEC = 500000,
        STATUS_SIZE = 256,
        STOP_EXTENSION_SECONDS = 10,
};

typedef struct Daemon {
        Options options;
        Clock clock;
        ZoneTable *zones;
        Config *config;
        Config *started; /* what it started with */
        TlsPair *pair;   /* until the server has it */
        Store *store;
        sd_event *loop;
        Site *site;
        HttpServer *server;
        Engine *engine;
        StoreWatch *watch;
        Watchdog *watchdog;
        ClockWatch *clock_watch;
        Health *health;
        sd_event_source *pings;
        bool has_sockets;          /* passed in by the service manager: http.listen does not count */
        sd_event_source *status;   /* shows it once after a burst of changes */
        char shown[STATUS_SIZE];   /* most changes of the store change nothing in it */
        sd_event_source *midnight; /* a feed's window moves with the UTC day */
        sd_event_source *stopping;
        usec_t extended; /* when the manager was last asked for more time to stop */
} Daemon;

static void daemon_done(Daemon *daemon)
{
        watchdog_free(daemon->watchdog);
        clock_watch_free(daemon->clock_watch);
        http_server_stop(daemon->server);
        sd_event_source_disable_unref(daemon->pings);
        health_free(daemon->health);
        store_watch_free(daemon->watch);
        engine_free(daemon->engine);
        site_free(daemon->site);
        sd_event_source_disable_unref(daemon->status);
        sd_event_source_disable_unref(daemon->midnight);
        sd_event_source_disable_unref(daemon->stopping);
        sd_event_unref(daemon->loop);
        store_close(daemon->store);
        config_unref(daemon->config);
        config_unref(daemon->started);
        tls_pair_free(daemon->pair);
        zone_table_free(daemon->zones);
}

static void on_config_error(const char *file, const InputError *error, void *userdata)
{
        (void)userdata;
        char line[1024];
        input_error_format(error, file, line, sizeof(line));
        log_kind(JOURNAL_CONFIG_REFUSED, NULL, "%s", line);
}

/* @ret_pair stays as it is for plain HTTP. */
static int read_config(const Daemon *daemon, Config **ret, TlsPair **ret_pair)
{
        CLEANUP(config_unrefp) Config *config = NULL;
        int r = config_read(daemon->options.config, daemon->zones, on_config_error, NULL, &config);
        if (r < 0)
                log_kind(JOURNAL_CONFIG_REFUSED, NULL, "%s: cannot be read: %s", daemon->options.config,
                                strerror(-r));
        if (r == 0)
                r = config_check(config, &daemon->options, clock_now(&daemon->clock), ret_pair);
        if (r == 0)
                *ret = TAKE_PTR(config);
        return r;
}

static int open_store(Daemon *daemon)
{
        InputError error = { 0 };
        int r = store_open(daemon->config->store, STORE_CREATE, daemon->zones, &daemon->store, &error);
        if (r != 0) {
                log_kind(JOURNAL_STORE_FAILS, NULL, "%s", error.message[0] ? error.message : strerror(-r));
                return r;
        }
        r = store_lock(daemon->store);
        if (r == DB_E_BUSY)
                log_kind(JOURNAL_STORE_FAILS, NULL, "another convened is at work on %s",
                                daemon->config->store);
        if (r == 0)
                r = collection_ensure(
                                daemon->store, COLLECTION_EVENTS, false, daemon->config->time_zone_name);
        if (r == 0)
                r = collection_ensure(daemon->store, COLLECTION_CONTACTS, true, NULL);
        return r;
}

/* One line for systemctl status. */
static void show_status(Daemon *daemon)
{
        EngineStatus status = { .next = USEC_INFINITY };
        int64_t n_events = 0;
        if (daemon->stopping)
                return;
        char next[21] = "none", sent[21] = "never";
        if (object_count(daemon->store, OBJECT_EVENT, &n_events) != 0 ||
                        engine_status(daemon->engine, &status) != 0)
                return;
        if (status.next != USEC_INFINITY)
                time_format_rfc3339(status.next, next);
        if (status.last_sent > 0)
                time_format_rfc3339(status.last_sent, sent);
        char text[STATUS_SIZE];
        snprintf(text, sizeof(text), "%lld events; next reminder: %s; queue: %lld; last delivery: %s",
                        (long long)n_events, next, (long long)status.queued, sent);
        if (strcmp(text, daemon->shown) != 0)
                notify_status("%s", strcpy(daemon->shown, text));
}

static int on_status(sd_event_source *source, uint64_t usec, void *userdata)
{
        (void)source, (void)usec;
        show_status(userdata);
        return 0;
}

/* Thousands of mails are thousands of changes, and counting them takes longer the more there are. */
static void show_status_soon(Daemon *daemon)
{
        int on = SD_EVENT_OFF;
        if (sd_event_source_get_enabled(daemon->status, &on) < 0 || on != SD_EVENT_OFF)
                return;
        if (sd_event_source_set_time_relative(daemon->status, STATUS_DELAY_USEC) >= 0)
                sd_event_source_set_enabled(daemon->status, SD_EVENT_ONESHOT);
}

static void on_store_change(void *userdata)
{
        Daemon *daemon = userdata;
        site_invalidate(daemon->site);
        engine_wake(daemon->engine);
        show_status_soon(daemon);
}

static void warn_of_restart(const char *key, void *userdata)
{
        const Daemon *daemon = userdata;
        if (!(daemon->has_sockets && strcmp(key, "http.listen") == 0))
                log_warning("%s has changed: that takes a restart; the old value stays in force", key);
}

/* Connections that are open go on with the certificate that they began with. */
static void use_pair(const Daemon *daemon, TlsPair **pair)
{
        bool speaks = http_server_tls(daemon->server) != NULL;
        if (speaks != (*pair != NULL))
                warn_of_restart("http.tls", (void *)daemon);
        if (speaks && *pair)
                http_server_use_tls(daemon->server, TAKE_PTR(*pair));
}

/* SIGHUP: a new configuration counts only when all of it is valid. The store and the listeners stay as they were started. */
static void reload(Daemon *daemon)
{
        Config *config = NULL;
        CLEANUP(tls_pair_freep) TlsPair *pair = NULL;
        notify_reloading();
        zone_table_refresh(daemon->zones);
        int r = read_config(daemon, &config, &pair);
        if (r == 0)
                r = engine_configure(daemon->engine, config);
        if (r == 0)
                r = site_configure(daemon->site, config);
        if (r == 0) {
                config_unref(daemon->config);
                daemon->config = config;
                use_pair(daemon, &pair);
                log_kind(JOURNAL_CONFIG_LOADED, NULL, "the new configuration is in force");
                config_restart_keys(daemon->started, config, warn_of_restart, daemon);
        } else {
                config_unref(config);
                log_kind(JOURNAL_CONFIG_REFUSED, NULL, "the old configuration stays in force");
        }
        notify_ready();
        show_status(daemon);
}

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *signal, void *userdata)
{
        Daemon *daemon = userdata;
        (void)source, (void)signal;
        if (!daemon->stopping)
                reload(daemon);
        return 0;
}

static void arm_midnight(Daemon *daemon)
{
        usec_t now = clock_now(&daemon->clock);
        usec_t midnight = now - now % USEC_PER_DAY + USEC_PER_DAY;
        int r = sd_event_source_set_time(
                        daemon->midnight, (uint64_t)clock_to_system(&daemon->clock, midnight));
        if (r >= 0)
                r = sd_event_source_set_enabled(daemon->midnight, SD_EVENT_ONESHOT);
        if (r < 0)
                log_error("the timer for midnight cannot be set; feeds keep their window until the next change");
}

static void begin_day(Daemon *daemon)
{
        int64_t forgotten = 0;
        site_invalidate(daemon->site);
        usec_t now = clock_now(&daemon->clock);
        int r = signup_forget(daemon->store, now, &forgotten);
        if (r == 0)
                r = suppression_forget(daemon->store, now - daemon->config->bounces.soft_period);
        if (r != 0)
                log_kind(JOURNAL_STORE_FAILS, NULL, "old requests and bounces cannot be removed: %s",
                                r < 0 ? strerror(-r) : store_explain(daemon->store, r));
        const TlsPair *pair = http_server_tls(daemon->server);
        if (pair)
                config_check_warn_of_pair(daemon->config, &daemon->options, now, pair);
        arm_midnight(daemon);
        if (!daemon->stopping && zone_table_refresh(daemon->zones))
                reload(daemon);
}

static int on_midnight(sd_event_source *source, uint64_t usec, void *userdata)
{
        (void)source, (void)usec;
        begin_day(userdata);
        return 0;
}

/* A mail server may take minutes for its reply; each second that a thread waits for it, the manager is asked for some more. */
static void extend_stop(Daemon *daemon)
{
        usec_t now = clock_monotonic(), sign = engine_oldest_sign(daemon->engine);
        if (now - daemon->extended < USEC_PER_SEC || now - sign > STOP_EXTENSION_SECONDS * USEC_PER_SEC)
                return;
        daemon->extended = now;
        notify_status("stopping: a mail server owes its reply");
        notify_extend_timeout(STOP_EXTENSION_SECONDS * USEC_PER_SEC);
}

/* Feeds are served until the mails are settled, then what is in flight ends. */
static int on_stopping(sd_event_source *source, uint64_t usec, void *userdata)
{
        Daemon *daemon = userdata;
        (void)usec;
        if (engine_awaits_reply(daemon->engine))
                extend_stop(daemon);
        else
                http_server_drain(daemon->server);
        if (engine_idle(daemon->engine) && http_server_drained(daemon->server))
                return sd_event_exit(daemon->loop, EXIT_SUCCESS);
        int r = sd_event_source_set_time(source, (uint64_t)(clock_monotonic() + STOP_STEP_USEC));
        if (r >= 0)
                r = sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
        return r < 0 ? sd_event_exit(daemon->loop, EXIT_SUCCESS) : 0;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *signal, void *userdata)
{
        Daemon *daemon = userdata;
        (void)source, (void)signal;
        if (daemon->stopping)
                return 0;
        notify_stopping();
        notify_status("stopping");
        engine_stop(daemon->engine);
        int r = sd_event_add_time(
                        daemon->loop, &daemon->stopping, CLOCK_MONOTONIC, 0, 1, on_stopping, daemon);
        return r < 0 ? sd_event_exit(daemon->loop, EXIT_SUCCESS) : 0;
}

/* Blocked before any thread starts, so that every thread inherits it and signals come to the loop alone. */
static int block_signals(void)
{
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGHUP);
        signal(SIGPIPE, SIG_IGN);
        return sigprocmask(SIG_BLOCK, &signals, NULL) < 0 ? -errno : 0;
}

static int make_loop(Daemon *daemon)
{
        int r = sd_event_default(&daemon->loop);
        if (r >= 0)
                r = sd_event_add_signal(daemon->loop, NULL, SIGTERM, on_stop, daemon);
        if (r >= 0)
                r = sd_event_add_signal(daemon->loop, NULL, SIGINT, on_stop, daemon);
        if (r >= 0)
                r = sd_event_add_signal(daemon->loop, NULL, SIGHUP, on_reload, daemon);
        if (r >= 0)
                r = sd_event_add_time(daemon->loop, &daemon->midnight, CLOCK_REALTIME, 0, USEC_PER_SEC,
                                on_midnight, daemon);
        if (r >= 0)
                arm_midnight(daemon);
        if (r >= 0)
                r = sd_event_add_time(daemon->loop, &daemon->status, CLOCK_MONOTONIC, 0, USEC_PER_SEC,
                                on_status, daemon);
        if (r >= 0)
                r = sd_event_source_set_enabled(daemon->status, SD_EVENT_OFF);
        return r < 0 ? r : 0;
}

static int start_http(Daemon *daemon)
{
        InputError error = { 0 };
        int sockets[SOCKETS_MAX];
        const Config *config = daemon->config;
        HttpOptions options = {
                .listen = config->http.listen,
                .n_listen = config->http.n_listen,
                .sockets = sockets,
                .n_sockets = (size_t)notify_sockets(sockets, SOCKETS_MAX),
                .threads = config->http.threads,
                .connections = config->http.connections,
                .connections_per_address = config->http.connections_per_address,
                .idle_timeout = config->http.idle_timeout,
                .request_timeout = config->http.request_timeout,
                .language = config->language,
                .clock = &daemon->clock,
                .trusted_proxies = config->http.trusted_proxies,
                .n_trusted_proxies = config->http.n_trusted_proxies,
        };
        daemon->has_sockets = options.n_sockets > 0;
        int r = site_new(daemon->config, daemon->zones, &daemon->clock, &daemon->site);
        options.tls = r == 0 ? TAKE_PTR(daemon->pair) : NULL;
        if (r == 0)
                r = http_server_new(&options, site_routes, daemon->site, &daemon->server, &error);
        if (r != 0 && error.message[0])
                on_config_error(daemon->options.config, &error, NULL);
        return r;
}

static usec_t http_sign(const void *userdata)
{
        return http_server_oldest_sign(userdata);
}

static usec_t engine_sign(const void *userdata)
{
        return engine_oldest_sign(userdata);
}

static usec_t reminders_sign(const void *userdata)
{
        return engine_fails(userdata) ? 0 : USEC_INFINITY;
}

static int on_ping(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
        (void)source, (void)fd, (void)events;
        health_answer(userdata);
        return 0;
}

static int start_health(Daemon *daemon)
{
        const HealthPart parts[] = {
                { "http", http_sign, daemon->server },
                { "mail", engine_sign, daemon->engine },
                { "reminders", reminders_sign, daemon->engine },
                { NULL, NULL, NULL },
        };
        int r = health_new(parts, &daemon->health);
        if (r == 0)
                r = sd_event_add_io(daemon->loop, &daemon->pings, health_fd(daemon->health), EPOLLIN,
                                on_ping, daemon->health);
        if (r < 0)
                return r;
        site_watch(daemon->site, daemon->health);
        return 0;
}

static int start_watchdog(Daemon *daemon)
{
        const WatchdogTarget targets[] = {
                { "the HTTP threads", http_sign, daemon->server },
                { "the mail threads", engine_sign, daemon->engine },
                { NULL, NULL, NULL },
        };
        return watchdog_new(daemon->loop, targets, &daemon->watchdog);
}

static void on_clock_set(void *userdata)
{
        Daemon *daemon = userdata;
        if (daemon->stopping)
                return;
        engine_clock_set(daemon->engine);
        begin_day(daemon);
        show_status_soon(daemon);
}

/* Here a module adds its due work, its kinds of mail, and its takers of returned mail. */
static const DueSource *const due_sources[] = { &due_source, &digest_source, NULL };
static const OutboxTable *const mail_tables[] = { &mails_table, NULL };
static const OutboxTaker *const mail_takers[] = { &returned_taker, NULL };

static int start_engine(Daemon *daemon)
{
        const EngineOptions options = {
                .loop = daemon->loop,
                .clock = &daemon->clock,
                .zones = daemon->zones,
                .store = daemon->store,
                .sources = due_sources,
                .tables = mail_tables,
                .takers = mail_takers,
        };
        return engine_new(&options, daemon->config, &daemon->engine);
}

static int start(Daemon *daemon)
{
        int r = open_store(daemon);
        if (r == 0)
                r = make_loop(daemon);
        if (r == 0)
                r = smtp_global_init();
        if (r == 0)
                r = start_http(daemon);
        if (r == 0)
                r = start_engine(daemon);
        if (r == 0)
                r = store_watch_new(daemon->loop, daemon->store, on_store_change, daemon, &daemon->watch);
        if (r == 0)
                r = clock_watch_new(daemon->loop, on_clock_set, daemon, &daemon->clock_watch);
        if (r == 0)
                r = start_watchdog(daemon);
        if (r == 0)
                r = start_health(daemon);
        return r;
}

static int run(Daemon *daemon)
{
        int r = start(daemon);
        if (r != 0) {
                log_kind(JOURNAL_START_FAILED, NULL, "convened cannot start%s%s", r < 0 ? ": " : "",
                                r < 0 ? strerror(-r) : "");
                return EXIT_REFUSED;
        }
        log_kind(JOURNAL_SERVING, NULL, "serving %s%s", daemon->config->http.base_url,
                        daemon->has_sockets ? ", on the service manager's sockets" : "");
        notify_ready();
        show_status(daemon);
        r = sd_event_loop(daemon->loop);
        return r < 0 ? EXIT_REFUSED : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
        CLEANUP(daemon_done) Daemon daemon = { 0 };
        int r = options_parse(argc, argv, &daemon.options);
        if (r != 0)
                return r == OPTIONS_DONE ? EXIT_SUCCESS : EXIT_USAGE;
        heap_set_up();
        log_open();
        if (daemon.options.rehearse)
                clock_init_rehearsed(&daemon.clock, daemon.options.rehearse_from);
        else
                clock_init(&daemon.clock);
        if (zone_table_new(NULL, &daemon.zones) != 0 || block_signals() < 0) {
                log_kind(JOURNAL_START_FAILED, NULL,
                                "the system's time zones cannot be read: is tzdata installed?");
                return EXIT_REFUSED;
        }
        if (read_config(&daemon, &daemon.config, &daemon.pair) != 0)
                return EXIT_USAGE;
        daemon.started = config_ref(daemon.config);
        return daemon.options.check ? EXIT_SUCCESS : run(&daemon);
}
