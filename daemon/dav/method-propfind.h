#pragma once

/* PROPFIND (RFC 4918, 9.1) on the resources below /dav/. */

#include "dav/tree.h"
#include "http/reply.h"

/**
 * method_propfind() - reply to a PROPFIND
 * @view: the caller has set its prefix and login; this function sets the other members
 * @rest: the path after /dav/
 *
 * Depth must be 0 or 1. Other values, and a request without Depth, which means infinity, get the status 403
 * (9.1). The members of calendars and address books are not listed yet: there, Depth 1 gets the status 501.
 * Return: 0 after the reply; without a reply, a condition of the store or negative errno.
 */
int method_propfind(HttpRequest *request, Store *store, DavView *view, const char *rest);
