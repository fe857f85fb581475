#pragma once

/* The addresses of everything that the daemon shows to the world, and which handler each has. */

#include "http/request.h"

/** site_routes - for http_server_new(), with the Site as userdata */
extern const HttpRoute site_routes[];
