#pragma once

/* /site/UID: one site with its events, upcoming and past ones. A handler, with the Site as userdata. */

#include "http/request.h"
#include "web/page-cache.h"

int site_page_on_site(HttpRequest *request, const char *uid, void *userdata);
