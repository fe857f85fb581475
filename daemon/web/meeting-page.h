#pragma once

/*
 * /meeting/TOKEN: the page that mails about a meeting link to, for the visitor or the host. GET changes nothing
 * and says how the meeting stands; the buttons make the steps that its state allows. A link of an earlier
 * revision shows the same and has no buttons. /meeting/TOKEN.ics is the booking as a file for a calendar. A handler, with the Site as userdata.
 */

#include "http/request.h"

int meeting_page_on_token(HttpRequest *request, const char *path, void *userdata);
