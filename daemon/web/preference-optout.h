#pragma once

/*
 * /mail/TOKEN: the link at the end of every reminder. GET shows a page and changes nothing, because mail
 * scanners follow links. POST runs an action, for a mail program's one-click request (RFC 8058) or for a
 * button of the page. A handler, with the Site as userdata.
 */

#include "http/request.h"

int preference_optout_on_mail(HttpRequest *request, const char *token, void *userdata);
