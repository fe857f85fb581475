#pragma once

/*
 * Lines of vCard 4.0 that RFC 6350 does not allow, although each can be read: a property that stands there
 * too often, and a preference out of its bounds. Private to this module.
 */

#include "base/buffer.h"
#include "base/hash.h"
#include "contact/card-check.h"

/** The first line of a property that may be in a card once. Both are hashes; "" for none. */
typedef struct OnceLine {
        char altid[HASH_HEX_SIZE], octets[HASH_HEX_SIZE];
} OnceLine;

/** The lines that were read. Zeroed at the beginning of a card. */
typedef struct OnceLines {
        OnceLine first[CARD_RULES_MAX];
} OnceLines;

/**
 * once_is_repeated() - whether a line repeats a property that the card may have once; the line is recorded
 * @line:       unfolded, with a NUL; one that cannot be read repeats nothing
 * @is_exactly: only a line with the octets of the first one repeats it
 */
bool once_is_repeated(OnceLines *lines, const char *line, bool is_version_4, bool is_exactly);

/**
 * version_4_remove_preference() - remove the PREF of an unfolded line if it is not 1 to 100 (RFC 6350, 5.3)
 *
 * Return: whether the line was changed.
 */
bool version_4_remove_preference(Buffer *line);
