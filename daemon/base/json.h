#pragma once

/* JSON as it is written (RFC 8259). */

#include "base/buffer.h"

/**
 * json_string() - append a string in quotes; NULL becomes null
 * `<` is written as an escape, so that no text can end the <script> element that holds the JSON; so are
 * control characters, those of C1 too, and what marks or turns the direction of text.
 */
void json_string(Buffer *out, const char *text);

/** json_string_of() - the same for the first @len bytes. */
void json_string_of(Buffer *out, const char *text, size_t len);

/**
 * json_member() - append `, "name": "text"`; the first member of an object is appended without the comma.
 */
void json_member(Buffer *out, const char *name, const char *text);
