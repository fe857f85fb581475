#pragma once

/*
 * The WebDAV tree below /dav/: who may enter it, and its routes. The handlers run on any number of threads.
 */

#include "base/clock.h"
#include "config/config.h"
#include "http/authorization.h"
#include "http/route.h"
#include "store/store.h"
#include "store/sync-mark.h"

typedef struct Dav Dav;

/**
 * dav_new() - make the shared state
 * @config: referenced; `auth` and `store` take effect at the start only
 * @zones:  borrowed, must outlive the Dav, as must the clock
 * @store:  open for writing; only used in this call, in which the epoch of sync tokens may be renewed
 * @explain_not_private: as for AuthorizationOptions
 *
 * Return: 0 or negative errno.
 */
int dav_new(Config *config, ZoneTable *zones, const Clock *clock, Store *store,
                const char *(*explain_not_private)(const char *language), Dav **ret);
Dav *dav_free(Dav *dav);
DEFINE_CLEANUP(Dav, dav_freep, dav_free)

/** dav_authorization() - who sends a request, with the limits of logins; borrowed, for other modules */
Authorization *dav_authorization(const Dav *dav);

/** dav_sync_mark() - where the newest change in a sync token is noted; borrowed; NULL for nowhere */
SyncMark *dav_sync_mark(const Dav *dav);

/** dav_mount() - the routes with their userdata */
HttpMount dav_mount(Dav *dav);
