#pragma once

/* Texts in other encodings than UTF-8, which iconv(3) converts. */

#include "base/buffer.h"

#include <stdbool.h>

/**
 * charset_is() - whether iconv(3) knows an encoding. @name: untrusted; only letters, digits, "-" and "_" are
 * accepted
 */
bool charset_is(const char *name);

/**
 * charset_of() - find out from the beginning of a text whether it is in UTF-16 or UTF-32: by its byte order
 * mark, or by the zero octets around its first characters, which are taken to be ASCII
 *
 * Return: a name for charset_to_utf8(), static; NULL if it is in neither.
 */
const char *charset_of(const char *text, size_t len);

/**
 * charset_to_utf8() - append a text as UTF-8, without a byte order mark
 * Return: false if the encoding is not known, or the text is not in it; then a part may be appended.
 */
bool charset_to_utf8(const char *name, const char *text, size_t len, Buffer *out);
