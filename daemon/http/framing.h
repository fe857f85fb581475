#pragma once

/*
 * Inside of http/ only: the length of a request's content (RFC 9112, 6). The library reads the content,
 * but is too lenient: this module refuses ambiguous requests first. Pure.
 */

#include "http/fields.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * http_framing_read() - find the length of a request's content by its fields
 * @is_1_0: the request is of HTTP/1.0
 * @ret:    the length of the content; 0 without content, and for chunked content, whose length is not
 *          known before its end; set on 0 only
 *
 * It refuses requests whose end is ambiguous to parsers, and the caller must close the connection: with
 * both Content-Length and Transfer-Encoding, with several lines of one of them, with Transfer-Encoding
 * in HTTP/1.0 (RFC 9112, 6.1, 6.3 and 11.2).
 *
 * Return: 0; the status of the refusal: 400 for such a request, 413 for a length over 64 bits, 501 for a
 * transfer coding besides chunked.
 */
int http_framing_read(const HttpFields *fields, bool is_1_0, uint64_t *ret);
