/*
 * convened: one process with one loop. Only this file uses every module. It creates the modules, connects
 * their callbacks, and frees the modules in order.
 */

#include "base/clock.h"
#include "base/health.h"
#include "base/log.h"
#include "base/notify.h"
#include "config/config.h"
#include "dav/dav.h"
#include "http/server.h"
#include "mail/smtp.h"
#include "meet/reply.h"
#include "office/office.h"
#include "outbox/returned.h"
#include "remind/announce-step.h"
#include "remind/digest.h"
#include "remind/due-contact.h"
#include "remind/due.h"
#include "remind/engine.h"
#include "schedule/taker.h"
#include "service/clock-watch.h"
#include "service/config-check.h"
#include "service/config-warn.h"
#include "service/daily-check.h"
#include "service/day-timer.h"
#include "service/free-busy.h"
#include "service/health-parts.h"
#include "service/heap.h"
#include "service/housekeeping.h"
#include "service/mail-kinds.h"
#include "service/meeting-source.h"
#include "service/node-watch.h"
#include "service/open-store.h"
#include "service/options.h"
#include "service/own-texts.h"
#include "service/past-source.h"
#include "service/reload-parts.h"
#include "service/reload.h"
#include "service/signals.h"
#include "service/start.h"
#include "service/status-line.h"
#include "service/stop.h"
#include "service/watchdog.h"
#include "service/web-server.h"
#include "store/object.h"
#include "store/store.h"
#include "store/watch.h"
#include "web/error-page.h"
#include "web/site.h"

#include <string.h>
#include <systemd/sd-event.h>

enum { EXIT_REFUSED = 1, EXIT_USAGE = 2 };

typedef struct Daemon {
        Options options;
        Clock clock;
        ZoneTable *zones;
        OwnTexts texts;  /* the configuration in force */
        Config *started; /* as it was read at the start */
        TlsPair *pair;   /* NULL without TLS, and when the server has taken it over */
        Store *store;
        Node *node;
        sd_event *loop;
        Site *site;
        Dav *dav;
        Office *office;
        HttpMount mounts[3]; /* the last one is empty */
        HttpServer *server;
        Engine *engine;
        StoreWatch *watch;
        NodeWatch *node_watch;
        Health *health;
        Watchdog *watchdog;
        ClockWatch *clock_watch;
        DayTimer *day_timer;
        DailyCheck *daily_check;
        FreeBusyFetch *free_busy;
        StatusLine *status;
        Stop *stop;
        bool has_sockets; /* the service manager has passed in sockets, so http.listen is not used */
} Daemon;

static void daemon_done(Daemon *daemon)
{
        stop_free(daemon->stop);
        watchdog_free(daemon->watchdog);
        clock_watch_free(daemon->clock_watch);
        day_timer_free(daemon->day_timer);
        free_busy_fetch_free(daemon->free_busy);
        http_server_stop(daemon->server);
        daily_check_free(daemon->daily_check);
        health_free(daemon->health);
        store_watch_free(daemon->watch);
        node_watch_free(daemon->node_watch);
        engine_free(daemon->engine);
        office_free(daemon->office);
        site_free(daemon->site);
        dav_free(daemon->dav);
        status_line_free(daemon->status);
        sd_event_unref(daemon->loop);
        node_free(daemon->node);
        store_close(daemon->store);
        own_texts_done(&daemon->texts);
        config_unref(daemon->started);
        tls_pair_free(daemon->pair);
        zone_table_free(daemon->zones);
}

static int read_config(const Daemon *daemon, Config **ret, TlsPair **ret_pair)
{
        return config_check_read(&daemon->options, daemon->zones, clock_now(&daemon->clock), ret, ret_pair);
}

static int read_status(StatusCounts *ret, void *userdata)
{
        const Daemon *daemon = userdata;
        EngineStatus status;
        int r = object_count(daemon->store, OBJECT_EVENT, &ret->n_events);
        if (r == 0)
                r = engine_status(daemon->engine, &status);
        if (r != 0)
                return r;
        ret->n_queued = status.queued;
        ret->next_reminder = status.next;
        ret->last_delivery = status.last_sent;
        ret->held = status.held;
        return 0;
}

/* Applies the configuration of a file, with the office's own texts, to all parts or to none. */
static int use_config(Daemon *daemon, Config *file)
{
        const ReloadPart parts[] = {
                reload_part_of_pages(daemon->site),
                reload_part_of_mail(daemon->engine),
                { .prepare = NULL },
        };
        return own_texts_use(&daemon->texts, daemon->store, file, parts, daemon->options.config);
}

static void use_new_texts(Daemon *daemon)
{
        if (!daemon->stop && own_texts_have_changed(&daemon->texts, daemon->store) &&
                        use_config(daemon, daemon->texts.file) == 0)
                log_info("the office's new texts are in force");
}

static void on_store_change(void *userdata)
{
        Daemon *daemon = userdata;
        use_new_texts(daemon);
        site_invalidate(daemon->site);
        node_watch_look(daemon->node_watch);
        engine_wake_soon(daemon->engine);
        free_busy_fetch_wake(daemon->free_busy);
        status_line_show_soon(daemon->status);
}

static void on_nodes(void *userdata)
{
        const Daemon *daemon = userdata;
        if (!daemon->stop)
                engine_recover(daemon->engine);
}

static void on_damage(void *userdata)
{
        daily_check_ask(((const Daemon *)userdata)->daily_check);
}

static void warn_of_restart(const char *key, void *userdata)
{
        const Daemon *daemon = userdata;
        if (!(daemon->has_sockets && strcmp(key, "http.listen") == 0))
                log_warning("%s has changed: that takes a restart; the old value stays in force", key);
}

/* Uses a new certificate for new connections. Open connections keep their certificate. */
static void use_pair(Daemon *daemon, TlsPair **pair)
{
        bool speaks = http_server_tls(daemon->server) != NULL;
        if (speaks != (*pair != NULL))
                warn_of_restart("http.tls", daemon);
        if (speaks && *pair)
                http_server_use_tls(daemon->server, TAKE_PTR(*pair));
}

static int take_config(Daemon *daemon)
{
        CLEANUP(config_unrefp) Config *file = NULL;
        CLEANUP(tls_pair_freep) TlsPair *pair = NULL;
        int r = read_config(daemon, &file, &pair);
        if (r == 0)
                r = use_config(daemon, file);
        if (r == 0)
                use_pair(daemon, &pair);
        return r;
}

/*
 * SIGHUP: applies a new configuration if all of it is valid. A new store or new listeners are used only
 * after a restart.
 */
static void reload(Daemon *daemon)
{
        notify_reloading();
        zone_table_refresh(daemon->zones);
        if (take_config(daemon) == 0) {
                log_kind(JOURNAL_CONFIG_LOADED, NULL, "the new configuration is in force");
                config_restart_keys(daemon->started, daemon->texts.config, warn_of_restart, daemon);
        } else {
                log_kind(JOURNAL_CONFIG_REFUSED, NULL, "the old configuration stays in force");
        }
        notify_ready();
        status_line_show(daemon->status);
}

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *signal, void *userdata)
{
        Daemon *daemon = userdata;
        (void)source, (void)signal;
        if (!daemon->stop)
                reload(daemon);
        return 0;
}

static void renew_day(Daemon *daemon)
{
        const TlsPair *pair = http_server_tls(daemon->server);
        site_invalidate(daemon->site);
        if (pair)
                config_check_warn_of_pair(
                                daemon->texts.config, &daemon->options, clock_now(&daemon->clock), pair);
        if (!daemon->stop && zone_table_refresh(daemon->zones))
                reload(daemon);
}

static void on_day(void *userdata)
{
        const Daemon *daemon = userdata;
        RetentionMoment moment;
        retention_moment(&moment);
        /* Data that a rehearsal removed would be lost for the time after it. */
        if (!daemon->options.rehearse && node_has(daemon->node, NODE_PRUNE))
                housekeeping_run(daemon->store, daemon->texts.config, clock_now(&daemon->clock), &moment);
        renew_day(userdata);
}

static void on_clock_set(void *userdata)
{
        Daemon *daemon = userdata;
        if (daemon->stop)
                return;
        engine_clock_set(daemon->engine);
        day_timer_arm(daemon->day_timer);
        daily_check_wake(daemon->daily_check);
        renew_day(daemon);
        status_line_show_soon(daemon->status);
}

static bool stop_awaits_reply(const void *userdata)
{
        return engine_awaits_reply(((const Daemon *)userdata)->engine);
}

static usec_t stop_oldest_sign(const void *userdata)
{
        return engine_oldest_sign(((const Daemon *)userdata)->engine);
}

static void stop_drain(void *userdata)
{
        http_server_drain(((Daemon *)userdata)->server);
}

static bool stop_is_over(void *userdata)
{
        const Daemon *daemon = userdata;
        return engine_idle(daemon->engine) && http_server_drained(daemon->server);
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *signal, void *userdata)
{
        Daemon *daemon = userdata;
        const StopTarget target = { stop_awaits_reply, stop_oldest_sign, stop_drain, stop_is_over, daemon };
        (void)source, (void)signal;
        if (daemon->stop)
                return 0;
        notify_stopping();
        status_line_stop(daemon->status);
        notify_status("stopping");
        engine_stop(daemon->engine);
        node_hand_back(daemon->node);
        int r = stop_begin(daemon->loop, &target, &daemon->stop);
        return r < 0 ? sd_event_exit(daemon->loop, EXIT_SUCCESS) : 0;
}

static int start_store(void *userdata, InputError *ret_error)
{
        Daemon *daemon = userdata;
        int r = open_store(daemon->texts.file, daemon->zones, &daemon->store, &daemon->node, ret_error);
        return r != 0 ? r : own_texts_start(&daemon->texts, daemon->store);
}

static int start_loop(void *userdata, InputError *ret_error)
{
        Daemon *daemon = userdata;
        (void)ret_error;
        int r = sd_event_default(&daemon->loop);
        if (r >= 0)
                r = signals_watch(daemon->loop, on_stop, on_reload, daemon);
        if (r >= 0)
                r = day_timer_new(daemon->loop, &daemon->clock, on_day, daemon, &daemon->day_timer);
        if (r >= 0)
                r = status_line_new(daemon->loop, read_status, daemon, &daemon->status);
        return r < 0 ? r : 0;
}

static int start_curl(void *userdata, InputError *ret_error)
{
        (void)userdata, (void)ret_error;
        return smtp_global_init();
}

static int start_site(void *userdata, InputError *ret_error)
{
        Daemon *daemon = userdata;
        (void)ret_error;
        return site_new(daemon->texts.config, daemon->zones, &daemon->clock, &daemon->site);
}

static int start_dav(void *userdata, InputError *ret_error)
{
        Daemon *daemon = userdata;
        (void)ret_error;
        int r = dav_new(daemon->texts.config, daemon->zones, &daemon->clock, daemon->store,
                        error_page_not_private, &daemon->dav);
        if (r == 0)
                site_note_tokens(daemon->site, dav_sync_mark(daemon->dav));
        return r;
}

static int start_office(void *userdata, InputError *ret_error)
{
        Daemon *daemon = userdata;
        const OfficeOptions options = {
                .store = daemon->texts.config->store,
                .site = daemon->site,
                .zones = daemon->zones,
                .clock = &daemon->clock,
                .authorization = dav_authorization(daemon->dav),
                .login_without_tls = daemon->texts.config->auth.basic_without_tls,
        };
        (void)ret_error;
        return office_new(&options, &daemon->office);
}

static int start_http(void *userdata, InputError *ret_error)
{
        Daemon *daemon = userdata;
        daemon->mounts[0] = dav_mount(daemon->dav);
        daemon->mounts[1] = office_mount(daemon->office);
        const WebServerParts parts = { daemon->texts.config, &daemon->clock, daemon->site, daemon->mounts,
                TAKE_PTR(daemon->pair) };
        return web_server_start(&parts, &daemon->server, &daemon->has_sockets, ret_error);
}

/* Each module adds its sources of due work and takers of returned mail to these tables. */
static const DueSource *const due_sources[] = { &due_contact_source, &due_source, &announce_source,
        &digest_source, &past_source, &meeting_source, NULL };
static const OutboxTaker *const mail_takers[] = { &returned_taker, &meet_reply_taker, &schedule_answer_taker,
        NULL };

static int start_engine(void *userdata, InputError *ret_error)
{
        Daemon *daemon = userdata;
        const EngineOptions options = {
                .loop = daemon->loop,
                .clock = &daemon->clock,
                .zones = daemon->zones,
                .store = daemon->store,
                .node = daemon->node,
                .sources = due_sources,
                .tables = mail_kinds,
                .takers = mail_takers,
                .on_damage = on_damage,
                .userdata = daemon,
        };
        (void)ret_error;
        return engine_new(&options, daemon->texts.config, &daemon->engine);
}

static int start_watches(void *userdata, InputError *ret_error)
{
        Daemon *daemon = userdata;
        (void)ret_error;
        int r = store_watch_new(daemon->loop, daemon->store, on_store_change, daemon, &daemon->watch);
        /* The watch does not notice texts that were saved while the parts started. */
        if (r == 0)
                use_new_texts(daemon);
        if (r == 0)
                r = node_watch_new(daemon->loop, daemon->node, on_nodes, daemon, &daemon->node_watch);
        if (r == 0)
                r = daily_check_new(&daemon->clock, daemon->node, daemon->zones, daemon->texts.config,
                                &daemon->daily_check);
        if (r == 0)
                r = free_busy_fetch_new(&daemon->clock, daemon->node, daemon->zones,
                                site_stores(daemon->site), daemon->texts.config, &daemon->free_busy);
        if (r == 0)
                site_on_damage(daemon->site, on_damage, daemon);
        if (r == 0)
                r = clock_watch_new(daemon->loop, on_clock_set, daemon, &daemon->clock_watch);
        return r;
}

static int start_health(void *userdata, InputError *ret_error)
{
        Daemon *daemon = userdata;
        (void)ret_error;
        int r = health_parts_new(daemon->server, daemon->engine, &daemon->health);
        if (r == 0)
                r = watchdog_new(daemon->loop, daemon->health, &daemon->watchdog);
        if (r < 0)
                return r;
        site_watch(daemon->site, daemon->health);
        return 0;
}

static const StartStep start_steps[] = {
        { "the store", start_store },
        { "the main loop", start_loop },
        { "libcurl", start_curl },
        { "the pages", start_site },
        { "the accounts", start_dav },
        { "the office's pages", start_office },
        { "the web server", start_http },
        { "the reminders", start_engine },
        { "the watch of store and clock", start_watches },
        { "the watch of the threads", start_health },
        { .start = NULL },
};

static int run(Daemon *daemon)
{
        if (start_run(start_steps, daemon, daemon->texts.file, daemon->options.config) != 0)
                return EXIT_REFUSED;
        open_store_end_start(daemon->store);
        log_kind(JOURNAL_SERVING, NULL, "serving %s%s", daemon->texts.config->http.base_url,
                        daemon->has_sockets ? ", on the service manager's sockets" : "");
        notify_ready();
        status_line_show(daemon->status);
        int r = sd_event_loop(daemon->loop);
        if (r < 0)
                log_error("the main loop has failed: %s", strerror(-r));
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
        r = zone_table_new(NULL, &daemon.zones);
        if (r == 0)
                r = signals_block();
        if (r != 0) {
                log_kind(JOURNAL_START_FAILED, NULL, "convened cannot start: %s: %s%s",
                                daemon.zones ? "signals" : "time zones", strerror(-r),
                                daemon.zones ? "" : "; is tzdata installed?");
                return EXIT_REFUSED;
        }
        if (read_config(&daemon, &daemon.texts.file, &daemon.pair) != 0)
                return EXIT_USAGE;
        daemon.started = config_ref(daemon.texts.file);
        if (daemon.options.check)
                return config_warn(daemon.texts.file, &daemon.options), EXIT_SUCCESS;
        return run(&daemon);
}
