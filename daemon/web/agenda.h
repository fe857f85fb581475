#pragma once

/* The front page: what is coming, or what was, by month and day, as the reader's filter has it. A handler, with the Site as userdata. */

#include "http/server.h"
#include "web/filter.h"
#include "web/pages.h"

int agenda_on_page(HttpRequest *request, const char *rest, void *userdata);

/** agenda_write() - the page's bytes; the PageAsked's writer, with the Filter as userdata. */
int agenda_write(const PageJob *job, const void *filter, Buffer *out);

enum { AGENDA_EVENTS = 200, AGENDA_RECENT = 12 }; /* on one page; of the past where nothing is ahead */
