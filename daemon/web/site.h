#pragma once

/*
 * What the daemon shows to the world: the feeds, the opt-out pages and the front page, as one table of routes over one object that holds what
 * the handlers share. Handlers run on any number of threads.
 */

#include "base/clock.h"
#include "config/config.h"
#include "http/server.h"

typedef struct Site Site;

typedef struct SiteOptions {
        Config *config;     /* referenced */
        ZoneTable *zones;   /* borrowed, must outlive the site */
        const Clock *clock; /* borrowed, must outlive the site */
} SiteOptions;

/** site_new() - nothing is opened or built yet: each feed is made when it is first asked for. Return: 0 or negative errno. */
int site_new(const SiteOptions *options, Site **ret);
Site *site_free(Site *site);
DEFINE_CLEANUP(Site, site_freep, site_free)

/** site_invalidate() - the store has changed, or a new day has begun: what is kept is looked at again before it is served. From any thread. */
void site_invalidate(Site *site);

/** site_reconfigure() - serve by another configuration from now on; @config is referenced. */
void site_reconfigure(Site *site, Config *config);

/** site_routes - for http_server_new(), with the Site as userdata. */
extern const HttpRoute site_routes[];
