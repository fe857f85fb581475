#pragma once

/* /event/UID: the page of one event. A handler, with the Site as userdata. */

#include "http/request.h"
#include "web/page-cache.h"

/**
 * event_page_on_event() - reply with the page of a UID; feeds_on_event() takes addresses that end in
 * .ics.
 */
int event_page_on_event(HttpRequest *request, const char *uid, void *userdata);

/** event_page_write() - write the page: the PageAsked's writer, with the UID as userdata. */
int event_page_write(const PageJob *job, const void *uid, Buffer *out);
