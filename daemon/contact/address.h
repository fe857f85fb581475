#pragma once

/* E-mail addresses of cards: their check, and their forms for protocols and for people. */

#include <stdbool.h>

enum { ADDRESS_WIRE_SIZE = 1100 /* a local part of 64 octets and a domain of base/idn.h */ };

/**
 * address_to_wire() - write the domain as A-labels, for an SMTP envelope
 * @ret: set on 0 only; the local part is kept, and may be UTF-8 (RFC 6531)
 * Return: 0; -EINVAL if @address is not valid; -ENOMEM.
 */
int address_to_wire(const char *address, char ret[static ADDRESS_WIRE_SIZE]);

/** address_to_show() - write the domain as U-labels, for people; an address that is not valid is copied. */
void address_to_show(const char *address, char ret[static ADDRESS_WIRE_SIZE]);

/**
 * card_email_valid() - whether an address may be used in SMTP (RFC 5321, 4.1.2 and 4.5.3.1). Its local part
 * must be a dot-atom of at most 64 octets, in ASCII or in UTF-8 without control characters, blanks and
 * quotes. Its domain must have at least two labels, and a form in A-labels (RFC 5890).
 */
bool card_email_valid(const char *address);
