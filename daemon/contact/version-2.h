#pragma once

/* Lines of vCard 2.1 as lines of vCard 3.0 (RFC 2426, 5). */

#include "base/buffer.h"

/**
 * version_2_next_line() - append the next line without its end, unfolded, and with the lines that follow a
 * soft line break of quoted-printable
 * @at: moved behind the line
 */
void version_2_next_line(const char **at, const char *end, Buffer *out);

/**
 * version_2_convert() - append one unfolded line of vCard 2.1, as vCard 3.0 writes it, without a line end
 *
 * Parameters without a name get TYPE as their name. The value is decoded from quoted-printable and from its
 * charset to UTF-8; one that is not of its charset is kept as it is.
 */
void version_2_convert(const char *line, Buffer *out);
