#pragma once

/*
 * Fetches the busy times that hosts publish elsewhere, for one host after the other, on its own thread
 * with its own connections to the store. No transaction is open while it waits for a server.
 */

#include "base/clock.h"
#include "config/config.h"
#include "store/node.h"

typedef struct FreeBusyFetch FreeBusyFetch;

/**
 * free_busy_fetch_new() - start the thread
 * @clock, @node, @zones: borrowed, must outlive it; the daemon that has NODE_BUSY_TIMES fetches
 * @config: referenced; a changed configuration needs a restart
 * @ret: NULL on failure
 * Return: 0 or negative errno.
 */
int free_busy_fetch_new(
                const Clock *clock, const Node *node, ZoneTable *zones, Config *config, FreeBusyFetch **ret);

/** free_busy_fetch_free() - stop the thread; a running fetch is aborted within about a second. */
FreeBusyFetch *free_busy_fetch_free(FreeBusyFetch *fetch);
DEFINE_CLEANUP(FreeBusyFetch, free_busy_fetch_freep, free_busy_fetch_free)

/**
 * free_busy_fetch_wake() - look now for hosts that are due, after a change of the store; @fetch may be NULL
 */
void free_busy_fetch_wake(FreeBusyFetch *fetch);
