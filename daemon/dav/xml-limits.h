#pragma once

/* Checks a document before libxml2 reads it, where the library takes quadratic time or expands something. */

#include <stdbool.h>
#include <stddef.h>

/**
 * xml_limits_hold() - whether a document has no DOCTYPE, and no tag has too many attributes
 * @bytes: in an encoding whose ASCII characters are the bytes of ASCII
 * @n_attributes: the maximum of one tag, declarations of namespaces included
 *
 * It may say true of a document that is not well-formed, but only if the error comes before what is to be
 * refused, so that a parser stops there.
 */
bool xml_limits_hold(const char *bytes, size_t len, int n_attributes);
