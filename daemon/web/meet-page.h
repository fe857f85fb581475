#pragma once

/*
 * /meet/HOST: the free times of a host, and the form by which a visitor asks for a meeting. GET changes
 * nothing. POST holds the time and sends a mail, whose link confirms the address (web/meeting-page.h). A
 * handler, with the Site as userdata. It also replies with the busy times at this address (web/freebusy.h).
 */

#include "http/request.h"

int meet_page_on_host(HttpRequest *request, const char *host, void *userdata);
