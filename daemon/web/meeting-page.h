#pragma once

/*
 * /meeting/TOKEN: the page to which mails about a meeting link, for the visitor or the host. GET shows the
 * state of the meeting and changes nothing. The buttons make the steps that are possible in this state. With
 * a link of an earlier revision, the page has no buttons. /meeting/TOKEN.ics is the booking as a file for a
 * calendar. A handler, with the Site as userdata.
 */

#include "http/request.h"

int meeting_page_on_token(HttpRequest *request, const char *path, void *userdata);
