#pragma once

/*
 * For search engines: /sitemap.xml (sitemaps.org) and /robots.txt (RFC 9309). Handlers, with the Site as
 * userdata.
 */

#include "http/request.h"

enum {
        SITEMAP_EVENTS = 49000, /* a sitemap has 50,000 addresses at most; the latest events are in it */
};

int sitemap_on_sitemap(HttpRequest *request, const char *rest, void *userdata);
int sitemap_on_robots(HttpRequest *request, const char *rest, void *userdata);
