#pragma once

/* Inside of http/ only: header fields of replies. */

#include <microhttpd.h>
#include <stdbool.h>

/**
 * http_headers_add() - add a field; none if @value is NULL. Return: false if there is no memory or
 * @value is not valid in a header.
 */
bool http_headers_add(struct MHD_Response *response, const char *name, const char *value);

/**
 * http_headers_add_page_limits() - add the fields that limit what a browser does with a page. Return:
 * false when there is no memory.
 */
bool http_headers_add_page_limits(struct MHD_Response *response);

/**
 * http_headers_copy() - copy all fields of another response, with @etag as the value of ETag. Return:
 * false when there is no memory.
 */
bool http_headers_copy(struct MHD_Response *from, struct MHD_Response *to, const char *etag);
