#pragma once

/*
 * Handlers for the feeds: /all.ics, /events.json (the same as jCal), /KIND.ics, /calendar/NAME.ics,
 * /event/UID.ics and the page /event/UID, /private/TOKEN.ics. The Site is their userdata.
 */

#include "http/request.h"

int feeds_on_named(HttpRequest *request, const char *rest, void *userdata);
int feeds_on_jcal(HttpRequest *request, const char *rest, void *userdata);
int feeds_on_calendar(HttpRequest *request, const char *rest, void *userdata);
int feeds_on_event(HttpRequest *request, const char *rest, void *userdata);
int feeds_on_private(HttpRequest *request, const char *rest, void *userdata);
