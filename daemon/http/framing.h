#pragma once

/*
 * Private to http/: the length of a request's content (RFC 9112, 6). The library reads the content,
 * but is too lenient: this module refuses ambiguous requests first. Pure.
 */

#include "http/fields.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * http_framing_read() - find the length of a request's content from the header fields
 * @is_1_0: the request uses HTTP/1.0
 * @ret:    the length of the content; 0 if there is no content, and for chunked content, whose length is not
 *          known before its end; set only if the return value is 0
 *
 * A request is refused if parsers may disagree about its end: with both Content-Length and
 * Transfer-Encoding, with several lines of one of them, and with Transfer-Encoding in HTTP/1.0 (RFC 9112,
 * 6.1, 6.3 and 11.2). The caller must then close the connection.
 *
 * Return: 0, or the status of the refusal: 400 for such a request, 413 for a length over 64 bits, 501 for a
 * transfer coding other than chunked.
 */
int http_framing_read(const HttpFields *fields, bool is_1_0, uint64_t *ret);
