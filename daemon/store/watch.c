#include "store/watch.h"

#include "base/log.h"

#include <errno.h>
#include <string.h>

/*
 * Intervals between the checks for a commit that follow a notice of the engine; db_look_interval() is the
 * interval after them. One check is not enough, because a notice may come before the commit is visible:
 * with SQLite the notice is for the write to the log, and the commit is complete only after the fsync() that
 * follows.
 */
static const usec_t LOOKS[] = {
        20 * USEC_PER_MSEC,
        80 * USEC_PER_MSEC,
        300 * USEC_PER_MSEC,
        USEC_PER_SEC,
        3 * USEC_PER_SEC,
};

enum { N_LOOKS = sizeof(LOOKS) / sizeof(*LOOKS) };

struct StoreWatch {
        Store *store;
        void (*on_change)(void *userdata);
        void *userdata;
        sd_event_source *signs;
        sd_event_source *timer;
        int64_t version;
        int look; /* index in LOOKS of the timer's interval; N_LOOKS for that of the engine */
};

static int set_look(StoreWatch *watch, int look)
{
        usec_t interval = look < N_LOOKS ? LOOKS[look] : db_look_interval(store_db(watch->store));
        watch->look = look;
        int r = sd_event_source_set_time_relative(watch->timer, (uint64_t)interval);
        return r < 0 ? r : sd_event_source_set_enabled(watch->timer, SD_EVENT_ONESHOT);
}

/*
 * Starts the checks. Further notices are ignored until the first check, because each mail causes about a
 * dozen notices.
 */
static int on_sign(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
        (void)fd;
        (void)events;
        StoreWatch *watch = userdata;
        if (!db_heard(store_db(watch->store)))
                return 0;
        set_look(watch, 0);
        return sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

/* Drops the notices that came before this check, and reacts to new ones again. */
static void listen_again(StoreWatch *watch)
{
        db_heard(store_db(watch->store));
        sd_event_source_set_enabled(watch->signs, SD_EVENT_ON);
}

static int on_look(sd_event_source *source, uint64_t usec, void *userdata)
{
        (void)source;
        (void)usec;
        StoreWatch *watch = userdata;
        int64_t version = watch->version;
        if (watch->look == 0)
                listen_again(watch);
        int r = store_data_version(watch->store, &version);
        if (r != 0)
                log_kind(JOURNAL_STORE_FAILS, NULL, "the store cannot be looked at: %s",
                                r < 0 ? strerror(-r) : store_explain(watch->store, r));
        if (r == 0 && version != watch->version) {
                watch->version = version;
                watch->on_change(watch->userdata);
        }
        set_look(watch, watch->look < N_LOOKS ? watch->look + 1 : watch->look);
        return 0;
}

static int add_sources(StoreWatch *watch, sd_event *loop)
{
        int fd;
        int r = db_listen(store_db(watch->store), &fd);
        if (r != 0)
                return r;
        r = sd_event_add_io(loop, &watch->signs, fd, EPOLLIN, on_sign, watch);
        if (r >= 0)
                r = sd_event_source_set_description(watch->signs, "store-signs");
        if (r >= 0)
                r = sd_event_add_time_relative(loop, &watch->timer, CLOCK_MONOTONIC,
                                (uint64_t)db_look_interval(store_db(watch->store)), 0, on_look, watch);
        if (r >= 0)
                r = sd_event_source_set_description(watch->timer, "store-look");
        return r < 0 ? r : 0;
}

int store_watch_new(sd_event *loop, Store *store, void (*on_change)(void *userdata), void *userdata,
                StoreWatch **ret)
{
        *ret = NULL;
        StoreWatch *watch = calloc(1, sizeof(*watch));
        if (!watch)
                return -ENOMEM;
        *watch = (StoreWatch){
                .store = store,
                .on_change = on_change,
                .userdata = userdata,
                .look = N_LOOKS,
        };
        int r = add_sources(watch, loop);
        if (r == 0)
                r = store_data_version(store, &watch->version);
        if (r != 0) {
                store_watch_free(watch);
                return r;
        }
        *ret = watch;
        return 0;
}

StoreWatch *store_watch_free(StoreWatch *watch)
{
        if (watch) {
                sd_event_source_disable_unref(watch->signs);
                sd_event_source_disable_unref(watch->timer);
                free(watch);
        }
        return NULL;
}
