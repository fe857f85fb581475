#pragma once

/*
 * What the daemon shows to the world: the feeds, the opt-out pages and the front page, as one table of routes over one object that holds what
 * the handlers share. Handlers run on any number of threads.
 */

#include "base/clock.h"
#include "base/health.h"
#include "config/config.h"
#include "http/server.h"

typedef struct Site Site;

/**
 * site_new() - nothing is opened or built yet: each feed is made when it is first asked for
 * @config: referenced
 * @zones:  borrowed, must outlive the site
 * @clock:  borrowed, must outlive the site
 * Return: 0 or negative errno.
 */
int site_new(Config *config, ZoneTable *zones, const Clock *clock, Site **ret);
Site *site_free(Site *site);
DEFINE_CLEANUP(Site, site_freep, site_free)

/** site_watch() - from now on /health tells how the process is; @health is borrowed and must outlive the server. */
void site_watch(Site *site, Health *health);

/** site_invalidate() - the store has changed, or a new day has begun: what is kept is looked at again before it is served. From any thread. */
void site_invalidate(Site *site);

/** site_configure() - serve by another configuration from now on, but from the same store; @config is referenced. Return: 0 or negative errno. */
int site_configure(Site *site, Config *config);

/** site_routes - for http_server_new(), with the Site as userdata. */
extern const HttpRoute site_routes[];
