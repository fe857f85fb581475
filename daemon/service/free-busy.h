#pragma once

/*
 * Fetches the busy times that hosts publish elsewhere, for one host after the other, on its own thread
 * with its own connection to write to the store. No transaction is open while it waits for a server.
 */

#include "base/clock.h"
#include "config/config.h"
#include "store/node.h"
#include "store/pool.h"

typedef struct FreeBusyFetch FreeBusyFetch;

/**
 * free_busy_fetch_new() - start the thread
 * @clock, @node, @zones: borrowed, must outlive it; the daemon that has NODE_BUSY_TIMES fetches
 * @stores: connections to read with, borrowed like @clock
 * @config: referenced; a changed configuration needs a restart
 * @ret: NULL on failure
 * Return: 0 or negative errno.
 */
int free_busy_fetch_new(const Clock *clock, const Node *node, ZoneTable *zones, StorePool *stores,
                Config *config, FreeBusyFetch **ret);

/** free_busy_fetch_free() - stop the thread; a running fetch is aborted within about a second. */
FreeBusyFetch *free_busy_fetch_free(FreeBusyFetch *fetch);
DEFINE_CLEANUP(FreeBusyFetch, free_busy_fetch_freep, free_busy_fetch_free)

/**
 * free_busy_fetch_wake() - look soon for hosts that are due, after a change of the store; @fetch may be NULL
 */
void free_busy_fetch_wake(FreeBusyFetch *fetch);
