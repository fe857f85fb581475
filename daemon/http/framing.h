#pragma once

/*
 * Inside of http/ only: where a request's content ends (RFC 9112, 6). The library reads content; here is
 * refused what it reads too leniently. Pure.
 */

#include "http/fields.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * http_framing_read() - from the fields of a request
 * @is_1_0: the request is of HTTP/1.0
 * @ret:    the length of the content; 0 without content, and for chunked content, whose length is not known
 *          before its end; set on 0 only
 *
 * Requests whose end two parsers could find at different places are refused, and their connection must be
 * closed: with both Content-Length and Transfer-Encoding, with several lines of one of them, with
 * Transfer-Encoding in HTTP/1.0 (RFC 9112, 6.1, 6.3 and 11.2).
 *
 * Return: 0; the status of the refusal: 400 for such a request, 413 for a length over 64 bits, 501 for a
 * transfer coding besides chunked.
 */
int http_framing_read(const HttpFields *fields, bool is_1_0, uint64_t *ret);
