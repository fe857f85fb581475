#pragma once

/*
 * The collations by which CalDAV and CardDAV compare texts (RFC 4790, 4791 7.5, 6352 8.3). A text is turned
 * into the form that its collation compares octet by octet; a pattern is turned into it once.
 */

#include "base/buffer.h"

#include <stdbool.h>

typedef enum Collation {
        COLLATION_ASCII,   /* i;ascii-casemap (RFC 4790, 9.2) */
        COLLATION_OCTET,   /* i;octet (RFC 4790, 9.3) */
        COLLATION_UNICODE, /* i;unicode-casemap (RFC 5051) */
        COLLATIONS_N,
} Collation;

/** The form of a text has at most so many times its octets: U+FDFA, of 3 octets, becomes 33 */
enum { COLLATION_GROWTH_MAX = 11 };

typedef enum CollationMatch {
        COLLATION_CONTAINS,
        COLLATION_EQUALS,
        COLLATION_STARTS_WITH,
        COLLATION_ENDS_WITH,
} CollationMatch;

/**
 * collation_find() - find a collation by its identifier
 *
 * Return: false if it is not supported. A pattern of identifiers ("i;*") is none (RFC 4791, 7.5).
 */
bool collation_find(const char *name, Collation *ret);

/** collation_name() - return the identifier, static. */
const char *collation_name(Collation collation);

/** collation_fold() - append the form of a text that is compared; octets that are not UTF-8 stay */
void collation_fold(Collation collation, const char *text, size_t len, Buffer *out);

/** collation_matches() - whether a text matches a pattern; both are folded */
bool collation_matches(
                CollationMatch match, const char *text, size_t len, const char *pattern, size_t pattern_len);
