#pragma once

/* Converts lines of vCard 2.1 to lines of vCard 3.0 (RFC 2426, 5). */

#include "base/buffer.h"

/**
 * version_2_next_line() - append the next line, unfolded and without its end. Lines that soft line breaks of
 * quoted-printable divide are joined, too.
 * @at: moved to the line after it
 */
void version_2_next_line(const char **at, const char *end, Buffer *out);

/**
 * version_2_convert() - append one unfolded line of vCard 2.1, as vCard 3.0 writes it, without a line end
 *
 * A parameter without a name becomes a TYPE. The value is decoded from quoted-printable and from its charset
 * to UTF-8, and these two parameters are omitted. If its octets are not valid in the charset, or the charset
 * is unknown, the value is not converted to UTF-8.
 */
void version_2_convert(const char *line, Buffer *out);
