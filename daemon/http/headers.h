#pragma once

/* Inside of http/ only: header fields of replies. */

#include <microhttpd.h>
#include <stdbool.h>

/**
 * http_headers_add() - a field whose value is NULL is left out. Return: false when there is no memory or
 * the value cannot be sent.
 */
bool http_headers_add(struct MHD_Response *response, const char *name, const char *value);

/**
 * http_headers_add_page_limits() - what a browser may do with a page. Return: false when there is no
 * memory.
 */
bool http_headers_add_page_limits(struct MHD_Response *response);

/**
 * http_headers_copy() - all fields of another response, with @etag as the value of ETag. Return: false when
 * there is no memory.
 */
bool http_headers_copy(struct MHD_Response *from, struct MHD_Response *to, const char *etag);
