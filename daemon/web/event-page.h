#pragma once

/* /event/UID: the page of one event. A handler, with the Site as userdata. */

#include "http/request.h"
#include "web/page-cache.h"

/**
 * event_page_on_event() - reply with the page of the event @uid. Addresses that end in .ics go to
 * feeds_on_event().
 */
int event_page_on_event(HttpRequest *request, const char *uid, void *userdata);

/** event_page_write() - write the page; a PageAsked.write, whose userdata is the UID */
int event_page_write(const PageJob *job, const void *uid, Buffer *out);
