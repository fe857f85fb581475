#pragma once

/*
 * How routes take forms that change something: only from this site's own pages, and from programs that are
 * no browser, such as a mail program's one-click request (RFC 8058).
 */

#include "http/route.h"

/** As http_route_form; a form that another site's page sends is answered 403. Userdata: the Site. */
extern const HttpContent form_guard_content;
