#pragma once

/* Checks a document before libxml2 reads it, where the library takes long or expands something. */

#include <stdbool.h>
#include <stddef.h>

enum {
        XML_ATTRIBUTES_MAX = 32, /* of one tag, declarations of namespaces included */
        XML_NAMESPACES_MAX =
                        128, /* declarations that hold at one place, which the library searches one by one */
        XML_NAMESPACE_MAX_BYTES =
                        1024, /* as it is written; each element repeats its namespace to its reader */
        XML_TAGS_MAX = 4096,  /* different start tags, because the library keeps all names and namespaces */
        XML_COMMENTS_MAX = 20000, /* and processing instructions, which the library keeps to the end */
        XML_DEPTH_MAX = 64,       /* of elements; the root has depth 0 */
};

/**
 * xml_limits_hold() - whether a document has no DOCTYPE, and is within the maxima
 * @bytes: in an encoding whose ASCII characters are the bytes of ASCII
 *
 * It may say true of a document that is not well-formed, but only if the error comes before what is to be
 * refused, so that a parser stops there. Memory that runs out counts as a maximum.
 */
bool xml_limits_hold(const char *bytes, size_t len);
