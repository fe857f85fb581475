#pragma once

/*
 * The front page: upcoming or past events that match the reader's filter, by month and day. A handler,
 * with the Site as userdata.
 */

#include "http/request.h"
#include "web/filter.h"
#include "web/page-cache.h"

int list_page_on_page(HttpRequest *request, const char *rest, void *userdata);

/** list_page_write() - write the page; a PageAsked.write, whose userdata is the Filter */
int list_page_write(const PageJob *job, const void *filter, Buffer *out);

enum {
        LIST_PAGE_EVENTS = 200, /* on one page */
        LIST_PAGE_RECENT = 12,  /* past events that are shown if there are no upcoming ones */
};
