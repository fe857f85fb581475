#pragma once

/*
 * Notices that another connection or process has committed: inotify on the database's directory, for each commit appends to the
 * write-ahead log, and a slow timer for what inotify does not see.
 */

#include "store/store.h"

#include <systemd/sd-event.h>

typedef struct StoreWatch StoreWatch;

/**
 * store_watch_new() - call @on_change on the loop after each commit of another connection
 * @loop, @store: borrowed, must outlive the watch
 */
int store_watch_new(sd_event *loop, Store *store, void (*on_change)(void *userdata), void *userdata,
                StoreWatch **ret);
StoreWatch *store_watch_free(StoreWatch *watch);
