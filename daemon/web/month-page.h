#pragma once

/*
 * /month/2025-07: a month as a grid of weeks with a bar for each event, and as a list below it. Handlers,
 * with the Site as userdata.
 */

#include "http/request.h"
#include "web/page-cache.h"

int month_page_on_current(HttpRequest *request, const char *rest, void *userdata);
int month_page_on_month(HttpRequest *request, const char *rest, void *userdata);

typedef struct MonthAsked {
        CivilTime date; /* in the month */
        int page;       /* of its list, from 1 */
} MonthAsked;

/** month_page_write() - write the page; a PageAsked.write, whose userdata is a MonthAsked */
int month_page_write(const PageJob *job, const void *asked, Buffer *out);

enum {
        MONTH_LANES = 8,         /* rows of bars in a week; further events are only counted */
        MONTH_PAGE_EVENTS = 200, /* of the list on one page */
};
