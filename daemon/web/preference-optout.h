#pragma once

/*
 * /mail/TOKEN: the link under every reminder. GET shows a page and changes nothing, since mail scanners
 * follow links; POST acts: a mail program's one click (RFC 8058), or a button of the page. A handler, with
 * the Site as userdata.
 */

#include "http/request.h"

int preference_optout_on_mail(HttpRequest *request, const char *token, void *userdata);
