#pragma once

/*
 * Protects forms that change something. A form is accepted from a page of this site, and from a program
 * that is not a browser, such as a mail program's one-click request (RFC 8058).
 */

#include "config/config.h"
#include "http/request.h"

/**
 * As http_route_form, but a form from a page of another site gets the status 403. The userdata is the
 * Site.
 */
extern const HttpContent form_guard_content;

/**
 * form_guard_is_own() - whether a form is from a page of this site, or the request is not from a browser
 * form_guard_is_proven() - whether the request says that its form is from a page of this site
 * @config: has the base URL
 */
bool form_guard_is_own(HttpRequest *request, const Config *config);
bool form_guard_is_proven(HttpRequest *request, const Config *config);
