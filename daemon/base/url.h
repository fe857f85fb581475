#pragma once

/* Text within URLs. */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * url_escape() - append text percent-encoded, for a segment of a path or a value of a query (RFC 3986, 2.1);
 * the unreserved characters and `@` are kept.
 */
void url_escape(Buffer *out, const char *text);

/** url_escape_strictly() - as url_escape(), but escape `@`, too, as RFC 8187, 3.2.1 requires. */
void url_escape_strictly(Buffer *out, const char *text);

/**
 * url_unescape() - append percent-encoded text decoded
 * Return: false for an incomplete escape or an encoded NUL; then @out has the text before it.
 */
bool url_unescape(Buffer *out, const char *text, size_t len);
