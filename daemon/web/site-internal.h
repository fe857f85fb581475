#pragma once

/* Inside of web/ only: what the handlers share. */

#include "base/health.h"
#include "store/store.h"
#include "web/feed-cache.h"
#include "web/site.h"
#include "web/style.h"

/** site_config() - the configuration that holds now; config_unref() it. */
Config *site_config(Site *site);

/** site_style() - the configuration that holds now and the style sheet that goes with it; config_unref() and style_unref() them. */
void site_style(Site *site, Config **ret_config, Style **ret_style);
ZoneTable *site_zones(const Site *site);
usec_t site_now(const Site *site);
Health *site_health(Site *site); /* NULL before there is one */

/** site_count_feed() - a feed was asked for; site_feeds_served() - how many were sent, or were not because the asker had them. */
void site_count_feed(Site *site, bool not_modified);
uint64_t site_feeds_served(Site *site, bool not_modified);
FeedCache *site_feeds(Site *site);
struct PageCache *site_page_cache(Site *site);

/**
 * site_open_store() - a connection of one's own
 * Return: 0, as store_open() otherwise; it has been logged then.
 */
int site_open_store(Site *site, StoreMode mode, Store **ret);
