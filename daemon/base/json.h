#pragma once

/* Writes JSON (RFC 8259). */

#include "base/buffer.h"

/**
 * json_string() - append a string in quotes; NULL becomes null
 *
 * Escapes `<`, so that no text can end the <script> element that contains the JSON. Also escapes control
 * characters (including C1), line separators, direction marks and overrides.
 */
void json_string(Buffer *out, const char *text);

/** json_string_of() - append the first @len bytes in the same way. */
void json_string_of(Buffer *out, const char *text, size_t len);

/**
 * json_member() - append `, "name": "text"`; the first member of an object is appended without the comma.
 */
void json_member(Buffer *out, const char *name, const char *text);
