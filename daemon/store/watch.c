#include "store/watch.h"

#include "base/log.h"

#include <errno.h>
#include <libgen.h>
#include <stdalign.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/*
 * When to look, counted from the last sign of a commit. The write to the log that inotify reports comes before its fsync(), and the commit
 * can be seen only after that, which takes as long as the disk does: one look soon after is not enough. The last one repeats.
 */
static const usec_t LOOKS[] = {
        20 * USEC_PER_MSEC,
        80 * USEC_PER_MSEC,
        300 * USEC_PER_MSEC,
        USEC_PER_SEC,
        3 * USEC_PER_SEC,
        30 * USEC_PER_SEC,
};

enum { N_LOOKS = sizeof(LOOKS) / sizeof(*LOOKS), SIGNS_BYTES = 4096 };

struct StoreWatch {
        Store *store;
        void (*on_change)(void *userdata);
        void *userdata;
        char *name; /* of the database's file, without its directory */
        int inotify;
        sd_event_source *files;
        sd_event_source *timer;
        int64_t version;
        int look; /* which of LOOKS the timer is set for */
};

static int set_look(StoreWatch *watch, int look)
{
        watch->look = look;
        int r = sd_event_source_set_time_relative(watch->timer, (uint64_t)LOOKS[look]);
        return r < 0 ? r : sd_event_source_set_enabled(watch->timer, SD_EVENT_ONESHOT);
}

/* Whether one of the events that wait is about the database. */
static bool read_signs(const StoreWatch *watch)
{
        alignas(struct inotify_event) char bytes[SIGNS_BYTES];
        bool found = false;
        ssize_t len;
        while ((len = read(watch->inotify, bytes, sizeof(bytes))) > 0)
                for (ssize_t at = 0; at < len;) {
                        const struct inotify_event *event = (const struct inotify_event *)(bytes + at);
                        found |= event->len > 0 &&
                                 strncmp(event->name, watch->name, strlen(watch->name)) == 0;
                        at += (ssize_t)sizeof(*event) + event->len;
                }
        return found;
}

/* From the first sign to the look nothing else is listened to: a mail alone makes a dozen of them. */
static int on_file(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
        (void)fd;
        (void)events;
        StoreWatch *watch = userdata;
        if (!read_signs(watch))
                return 0;
        set_look(watch, 0);
        return sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

/* What was written before the look need not be heard of any more; what comes behind it will be. */
static void listen_again(StoreWatch *watch)
{
        read_signs(watch);
        sd_event_source_set_enabled(watch->files, SD_EVENT_ON);
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
        set_look(watch, watch->look < N_LOOKS - 1 ? watch->look + 1 : watch->look);
        return 0;
}

static int add_sources(StoreWatch *watch, sd_event *loop)
{
        CLEANUP(cleanup_free) char *directory = strdup(store_path(watch->store));
        CLEANUP(cleanup_free) char *file = strdup(store_path(watch->store));
        if (!directory || !file || !(watch->name = strdup(basename(file))))
                return -ENOMEM;
        watch->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        if (watch->inotify < 0 || inotify_add_watch(watch->inotify, dirname(directory),
                                                  IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
                return -errno;
        int r = sd_event_add_io(loop, &watch->files, watch->inotify, EPOLLIN, on_file, watch);
        if (r >= 0)
                r = sd_event_source_set_description(watch->files, "store-files");
        if (r >= 0)
                r = sd_event_add_time_relative(loop, &watch->timer, CLOCK_MONOTONIC,
                                (uint64_t)LOOKS[N_LOOKS - 1], 0, on_look, watch);
        if (r >= 0)
                r = sd_event_source_set_description(watch->timer, "store-look");
        return r < 0 ? r : 0;
}

int store_watch_new(sd_event *loop, Store *store, void (*on_change)(void *userdata), void *userdata,
                StoreWatch **ret)
{
        StoreWatch *watch = calloc(1, sizeof(*watch));
        if (!watch)
                return -ENOMEM;
        *watch = (StoreWatch){
                .store = store,
                .on_change = on_change,
                .userdata = userdata,
                .inotify = -1,
                .look = N_LOOKS - 1,
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
                sd_event_source_disable_unref(watch->files);
                sd_event_source_disable_unref(watch->timer);
                if (watch->inotify >= 0)
                        close(watch->inotify);
                free(watch->name);
                free(watch);
        }
        return NULL;
}
