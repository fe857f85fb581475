#pragma once

/*
 * Protects forms that change something. A form is accepted from a page of this site, and from a program
 * that is not a browser, such as a mail program's one-click request (RFC 8058).
 */

#include "http/route.h"

/**
 * As http_route_form, but a form from a page of another site gets the status 403. The userdata is the
 * Site.
 */
extern const HttpContent form_guard_content;
