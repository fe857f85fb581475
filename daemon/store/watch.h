#pragma once

/*
 * Reports commits of other connections and processes. The engine signals most of them (db_listen()); a slow
 * timer finds the others.
 */

#include "store/store.h"

#include <systemd/sd-event.h>

typedef struct StoreWatch StoreWatch;

/**
 * store_watch_new() - call @on_change on the main loop after each commit of another connection
 * @loop, @store: borrowed, must outlive the watch; one watch for each store
 */
int store_watch_new(sd_event *loop, Store *store, void (*on_change)(void *userdata), void *userdata,
                StoreWatch **ret);
StoreWatch *store_watch_free(StoreWatch *watch);
