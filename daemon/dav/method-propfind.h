#pragma once

/* PROPFIND (RFC 4918, 9.1) on the resources below /dav/. */

#include "dav/tree.h"
#include "http/reply.h"

/**
 * method_propfind() - reply to a PROPFIND
 * @view: has its prefix and login
 * @rest: the path after /dav/
 *
 * Depth is 0 or 1; infinity, also in the absence of the field, is refused (9.1). The members of calendars and
 * address books are not listed yet: Depth 1 is answered 501 there.
 * Return: 0 after the reply; a condition of the store, negative errno.
 */
int method_propfind(HttpRequest *request, Store *store, DavView *view, const char *rest);
