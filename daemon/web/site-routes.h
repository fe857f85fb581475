#pragma once

/* The table of all public addresses with their handlers. */

#include "http/request.h"

/** site_routes - for http_server_new(), with the Site as userdata */
extern const HttpRoute site_routes[];
