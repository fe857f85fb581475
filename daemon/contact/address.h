#pragma once

/* E-mail addresses of cards. Pure. */

#include <stdbool.h>

/**
 * card_email_valid() - whether an address may be used in SMTP: a dot-atom local part, ASCII or UTF-8 without
 * controls, blanks and quotes, of at most 64 octets, and a domain of at least two labels (RFC 5321, 4.1.2
 * and 4.5.3.1)
 */
bool card_email_valid(const char *address);
