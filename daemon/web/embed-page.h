#pragma once

/*
 * /embed: the next events, for a frame on a page of the office's own web site. `?kind=` chooses a kind of
 * event, `?lang=` a language. The configuration (site.embed_from) says which sites may show it. A handler,
 * with the Site as userdata.
 */

#include "http/request.h"
#include "web/page-cache.h"

int embed_page_on_page(HttpRequest *request, const char *rest, void *userdata);

enum { EMBED_EVENTS = 20 }; /* at most so many are shown */
