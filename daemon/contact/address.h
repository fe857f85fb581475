#pragma once

/* Checks e-mail addresses of cards. */

#include <stdbool.h>

/**
 * card_email_valid() - whether an address may be used in SMTP (RFC 5321, 4.1.2 and 4.5.3.1). Its local part
 * must be a dot-atom of at most 64 octets, in ASCII or in UTF-8 without control characters, blanks and
 * quotes. Its domain must have at least two labels.
 */
bool card_email_valid(const char *address);
