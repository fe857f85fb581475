#pragma once

/* The start of the HTTP server with the settings of the configuration and the routes of all modules. */

#include "config/config.h"
#include "http/server.h"
#include "web/site.h"

typedef struct WebServerParts {
        const Config *config; /* borrowed during the start; the others must outlive the server */
        const Clock *clock;
        Site *site;
        const HttpMount *mounts; /* of the modules apart from web/ */
        TlsPair *tls;            /* NULL for plain HTTP; taken over in any case */
} WebServerParts;

/**
 * web_server_start() - open the listeners and serve
 * @ret_has_sockets: whether the service manager has passed in sockets, so that http.listen is not used
 * Return: as http_server_new().
 */
int web_server_start(
                const WebServerParts *parts, HttpServer **ret, bool *ret_has_sockets, InputError *ret_error);
