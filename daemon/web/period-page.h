#pragma once

/*
 * /week/2025-07-07, a week as a list of days, and /year/2025, a year as a list of months. Handlers, with
 * the Site as userdata.
 */

#include "http/request.h"
#include "web/page-cache.h"

int period_page_on_this_week(HttpRequest *request, const char *rest, void *userdata);
int period_page_on_week(HttpRequest *request, const char *rest, void *userdata); /* any day of the week */
int period_page_on_this_year(HttpRequest *request, const char *rest, void *userdata);
int period_page_on_year(HttpRequest *request, const char *rest, void *userdata);

enum {
        PERIOD_MONTH_EVENTS = 20, /* of one month on the page of a year; a link leads to the others */
        PERIOD_WEEK_EVENTS = 200, /* on one page of a week; an event counts on each of its days */
};
