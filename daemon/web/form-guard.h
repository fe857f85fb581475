#pragma once

/*
 * Protects forms that change something: they are accepted from this site's own pages, and from programs
 * that are not browsers, such as a mail program's one-click request (RFC 8058).
 */

#include "http/route.h"

/** As http_route_form, but a form from another site's page is answered 403. Userdata: the Site. */
extern const HttpContent form_guard_content;
