#include "service/daily-check.h"

#include "base/buffer.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/worker.h"
#include "store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
        FIRST_HOUR = 3,
        END_HOUR = 5,
        APART_HOURS = 20,
        OVERDUE_DAYS = 2,
        FAULTS_MAX_BYTES = 64 * 1024,
        WORK_MS = 5, /* work for this time, then rest, so that others can use the disk and the processor */
        REST_MS = 15,
        PATIENCE_SECONDS = 60,
        ASKED_APART_MINUTES = 10,
        JOB_WAIT_SECONDS = 60,
};

struct DailyCheck {
        const Clock *clock;
        const Node *node;
        ZoneTable *zones;
        Config *config;
        Worker *worker;
        usec_t last;          /* time of the last check, even if its result could not be stored */
        usec_t resumed;       /* monotonic; end of the last rest */
        uint64_t faults_hash; /* of the faults that the last completed check found; 0 if it found none */
        _Atomic bool is_asked;
};

static usec_t next_in_window(usec_t time, const Zone *zone)
{
        CivilTime civil = zone_to_civil(zone, time / USEC_PER_SEC);
        int64_t since_midnight = ((int64_t)civil.hour * 60 + civil.minute) * 60 + civil.second;
        int64_t wait = (int64_t)FIRST_HOUR * 3600 - since_midnight;
        if (civil.hour >= FIRST_HOUR && civil.hour < END_HOUR)
                return time;
        return time + (wait > 0 ? wait : wait + 24 * 3600) * USEC_PER_SEC;
}

usec_t daily_check_next(usec_t last, usec_t now, const Zone *zone)
{
        const usec_t hour = 3600 * USEC_PER_SEC;
        usec_t since = last > now ? now : last;
        usec_t overdue = since + OVERDUE_DAYS * USEC_PER_DAY, earliest = since + APART_HOURS * hour;
        usec_t next = next_in_window(earliest > now ? earliest : now, zone);
        return next < overdue ? next : overdue > now ? overdue : now;
}

/* The state of one check. */
typedef struct Look {
        DailyCheck *check;
        Buffer faults; /* one per line */
        int n;
} Look;

static void look_done(Look *look)
{
        buffer_done(&look->faults);
}

/*
 * Called between two parts of the check: rests for REST_MS after WORK_MS of work. Return: false if the
 * daemon stops.
 */
static bool on_pause(void *userdata)
{
        const Look *look = userdata;
        DailyCheck *check = look->check;
        if (clock_monotonic() - check->resumed >= WORK_MS * USEC_PER_MSEC) {
                nanosleep(&(struct timespec){ .tv_nsec = REST_MS * 1000L * 1000L }, NULL);
                check->resumed = clock_monotonic();
        }
        return !worker_is_stopping(check->worker);
}

static void on_fault(const char *fault, void *userdata)
{
        Look *look = userdata;
        look->n++;
        buffer_printf(&look->faults, "%s\n", fault);
}

static int look_at_store(Look *look)
{
        CLEANUP(store_closep) Store *store = NULL;
        const DbCheckOptions options = {
                .full = true, .on_fault = on_fault, .on_pause = on_pause, .userdata = look
        };
        InputError error = { 0 };
        int r = store_open(look->check->config->store, STORE_READ_ONLY, look->check->zones, &store, &error);
        if (r == 0)
                r = store_check(store, &options);
        /*
         * These two conditions are faults of the store. After other errors, such as a lock, the store is
         * checked again tomorrow.
         */
        if (r == DB_E_CORRUPT || r == DB_E_IO)
                on_fault(store ? store_explain(store, r) : error.message, look);
        return r == DB_E_CORRUPT || r == DB_E_IO ? 0 : r;
}

/*
 * Loads the result of the last check, "USEC FAULTS HASH": its time, the number of faults, and their hash.
 * The hash keeps a restarted daemon from logging the same faults again.
 */
static int load(DailyCheck *check)
{
        CLEANUP(store_closep) Store *store = NULL;
        CLEANUP(cleanup_free) char *text = NULL;
        int r = store_open(check->config->store, STORE_READ_ONLY, check->zones, &store, NULL);
        if (r == 0)
                r = store_meta_get(store, META_LAST_CHECK, &text);
        if (r == 0 && text)
                sscanf(text, "%" SCNd64 " %*d %" SCNu64, &check->last, &check->faults_hash);
        return r;
}

static int remember(const Look *look, uint64_t faults_hash)
{
        CLEANUP(store_closep) Store *store = NULL;
        char text[64];
        int r = store_open(look->check->config->store, STORE_WRITE, look->check->zones, &store, NULL);
        if (r != 0)
                return r;
        store_set_patience(store, PATIENCE_SECONDS * USEC_PER_SEC);
        snprintf(text, sizeof(text), "%" PRId64 " %d %" PRIu64, look->check->last, look->n, faults_hash);
        return store_meta_set(store, META_LAST_CHECK, text);
}

static void log_faults(const Look *look)
{
        const char *line = buffer_text(&look->faults);
        for (size_t len; *line; line += len + (line[len] == '\n')) {
                len = strcspn(line, "\n");
                log_error("the daily check: %.*s", (int)len, line);
        }
        log_kind(JOURNAL_CHECK_FAILED, NULL, "faults found in the store: %d", look->n);
}

static void check_store(DailyCheck *check)
{
        CLEANUP(look_done) Look look = { .check = check, .faults = BUFFER_INIT(FAULTS_MAX_BYTES) };
        int r = look_at_store(&look);
        if (worker_is_stopping(check->worker))
                return;
        check->last = clock_now(check->clock);
        uint64_t faults_hash = look.n > 0 ? hash_quick(buffer_text(&look.faults)) : 0;
        if (r == 0 && look.n > 0 && faults_hash != check->faults_hash)
                log_faults(&look);
        if (r == 0)
                r = remember(&look, check->faults_hash = faults_hash);
        if (r != 0)
                log_warning("the daily check of the store is put off until tomorrow, or its result is not kept: %s",
                                r < 0 ? strerror(-r) : store_explain(NULL, r));
}

/*
 * Returns the time of the next check, which is early if damage was met and the last check found no faults.
 */
static usec_t next_check(DailyCheck *check, usec_t now)
{
        usec_t next = daily_check_next(check->last, now, check->config->time_zone);
        usec_t asked = check->last + ASKED_APART_MINUTES * 60 * USEC_PER_SEC;
        bool is_early = atomic_load(&check->is_asked) && check->faults_hash == 0 && asked < next;
        return is_early ? asked : next;
}

static void run(Worker *worker, void *userdata)
{
        DailyCheck *check = userdata;
        /*
         * A store that was never checked is checked in the first night, or at once if the daemon starts at
         * night.
         */
        if (load(check) != 0 || check->last == 0)
                check->last = clock_now(check->clock) - APART_HOURS * 3600 * USEC_PER_SEC;
        while (!worker_is_stopping(worker)) {
                usec_t now = clock_now(check->clock);
                usec_t next = next_check(check, now);
                if (next <= now && !node_has(check->node, NODE_CHECK)) {
                        worker_wait(worker, clock_monotonic() + JOB_WAIT_SECONDS * USEC_PER_SEC);
                        load(check); /* another daemon may have checked meanwhile */
                } else if (next <= now) {
                        atomic_store(&check->is_asked, false);
                        check_store(check);
                } else {
                        worker_wait(worker, clock_monotonic() + next - now);
                }
        }
}

int daily_check_new(const Clock *clock, const Node *node, ZoneTable *zones, Config *config, DailyCheck **ret)
{
        *ret = NULL;
        CLEANUP(daily_check_freep) DailyCheck *check = calloc(1, sizeof(*check));
        if (!check)
                return -ENOMEM;
        check->clock = clock;
        check->node = node;
        check->zones = zones;
        check->config = config_ref(config);
        int r = worker_new("check", run, check, &check->worker);
        if (r == 0)
                *ret = TAKE_PTR(check);
        return r;
}

DailyCheck *daily_check_free(DailyCheck *check)
{
        if (!check)
                return NULL;
        worker_free(check->worker);
        config_unref(check->config);
        free(check);
        return NULL;
}

void daily_check_ask(DailyCheck *check)
{
        if (!check || atomic_exchange(&check->is_asked, true))
                return;
        worker_wake(check->worker);
}

void daily_check_wake(DailyCheck *check)
{
        if (check)
                worker_wake(check->worker);
}
