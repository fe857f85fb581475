#pragma once

/* /event/UID: the page of one event. A handler, with the Site as userdata. */

#include "http/request.h"
#include "web/page-cache.h"

/** event_page_on_event() - the page of a UID; feeds_on_event() takes what ends in .ics. */
int event_page_on_event(HttpRequest *request, const char *uid, void *userdata);

/** event_page_write() - the page's bytes; the PageAsked's writer, with the UID as userdata. */
int event_page_write(const PageJob *job, const void *uid, Buffer *out);
