#pragma once

/*
 * Private to http/: the callbacks of libmicrohttpd ("the library"), which handle a request from its first
 * line to its end. Their userdata is the HttpShared.
 */

#include <microhttpd.h>

/**
 * The library's memory for a connection, which it clears for each request. It is just enough for the
 * header of the largest request and the header of a reply.
 */
enum { HTTP_DISPATCH_CONNECTION_BYTES = 12288 };

/** http_dispatch_on_uri() - begin a request; for MHD_OPTION_URI_LOG_CALLBACK. */
void *http_dispatch_on_uri(void *userdata, const char *uri, struct MHD_Connection *connection);

/** http_dispatch_on_access() - take a request's header, content and end; an MHD_AccessHandlerCallback. */
enum MHD_Result http_dispatch_on_access(void *userdata, struct MHD_Connection *connection, const char *path,
                const char *method, const char *version, const char *bytes, size_t *n_bytes, void **context);

/** http_dispatch_on_completed() - end a request; for MHD_OPTION_NOTIFY_COMPLETED. */
void http_dispatch_on_completed(void *userdata, struct MHD_Connection *connection, void **context,
                enum MHD_RequestTerminationCode code);
