#pragma once

/* Private to http/: header fields of replies. */

#include <microhttpd.h>
#include <stdbool.h>

/**
 * http_headers_add() - add a field; do nothing if @value is NULL. Return: false if memory ran out, or if
 * @value is not valid in a header.
 */
bool http_headers_add(struct MHD_Response *response, const char *name, const char *value);

/**
 * http_headers_add_page_limits() - add the fields that limit what a browser does with a page
 * @frames: the sources that may show the page in a frame (Content Security Policy, frame-ancestors); NULL
 *          for none
 *
 * Return: false if memory ran out.
 */
bool http_headers_add_page_limits(struct MHD_Response *response, const char *frames);

/**
 * http_headers_copy() - copy all fields of another response, with @etag as the value of ETag. Return:
 * false if memory ran out.
 */
bool http_headers_copy(struct MHD_Response *from, struct MHD_Response *to, const char *etag);
