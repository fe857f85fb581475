#pragma once

/* The version of a vCard: 3.0 (RFC 2426) or 4.0 (RFC 6350). */

#include <stddef.h>

typedef enum CardVersion { CARD_VERSION_3 = 3, CARD_VERSION_4 = 4 } CardVersion;

/**
 * card_version_of() - the version that the first VERSION line of a card names; 4.0 if it is none of the two
 * @text: a card that card_parse() has accepted
 */
CardVersion card_version_of(const char *text, size_t len);
