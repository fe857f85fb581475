#pragma once

/* /sites: all sites by town, each with its events. A handler, with the Site as userdata. */

#include "http/request.h"
#include "web/page-cache.h"

int sites_page_on_page(HttpRequest *request, const char *rest, void *userdata);

/** sites_page_write_notes() - write the notes of a site that fit the reader's language */
void sites_page_write_notes(Buffer *out, const PageView *view, const CatalogSite *site);

/** sites_page_write() - write the page; a PageAsked.write, without userdata */
int sites_page_write(const PageJob *job, const void *userdata, Buffer *out);
