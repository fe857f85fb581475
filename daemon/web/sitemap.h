#pragma once

/*
 * For search engines: /sitemap.xml (sitemaps.org) and /robots.txt (RFC 9309). Handlers, with the Site as
 * userdata.
 */

#include "http/request.h"

enum {
        SITEMAP_EVENTS = 49000, /* those changed last; the maximum of addresses in a sitemap is 50,000 */
};

int sitemap_on_sitemap(HttpRequest *request, const char *rest, void *userdata);
int sitemap_on_robots(HttpRequest *request, const char *rest, void *userdata);
