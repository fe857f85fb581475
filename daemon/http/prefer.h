#pragma once

/* The preferences of a client (RFC 7240). */

#include "http/request.h"

/**
 * http_prefers() - whether the request has a preference
 * @preference: such as "return=minimal"; its case is ignored
 *
 * Parameters of preferences are passed over. The first of several preferences of one name counts (2).
 */
bool http_prefers(HttpRequest *request, const char *preference);
