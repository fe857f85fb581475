#pragma once

/* The paths of the web site and their handlers. The paths of CalDAV and CardDAV are in dav/dav.c. */

#include "http/request.h"

/** site_routes - for http_server_new(), with the Site as userdata */
extern const HttpRoute site_routes[];
