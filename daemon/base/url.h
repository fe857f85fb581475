#pragma once

/* Text within URLs. */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * url_escape() - append text percent-encoded, for a segment of a path or a value of a query (RFC 3986, 2.1);
 * the unreserved characters and `@` are kept.
 */
void url_escape(Buffer *out, const char *text);

/** url_escape_strictly() - as url_escape(), but only the unreserved characters are kept (RFC 8187, 3.2.1) */
void url_escape_strictly(Buffer *out, const char *text);

/**
 * url_unescape() - append percent-encoded text decoded
 * Return: false for an incomplete escape or an encoded NUL; @out then has a part of the text.
 */
bool url_unescape(Buffer *out, const char *text, size_t len);
