#pragma once

/* E-mail addresses of cards: their check, and their forms for protocols and for people. */

#include <stdbool.h>

enum { ADDRESS_WIRE_SIZE = 1100 /* octets: a local part of 64, `@`, and IDN_DOMAIN_SIZE */ };

/**
 * address_to_wire() - write an address with its domain as A-labels, for an SMTP envelope
 * @ret: set on 0 only; the local part is kept, and may be UTF-8 (RFC 6531)
 *
 * Return: 0; -EINVAL if there is no `@`, or if the domain is not valid; the local part is not checked;
 * -ENOMEM.
 */
int address_to_wire(const char *address, char ret[static ADDRESS_WIRE_SIZE]);

/**
 * address_to_show() - write an address with its domain as U-labels, for people. If the domain cannot be
 * converted, the address is copied.
 */
void address_to_show(const char *address, char ret[static ADDRESS_WIRE_SIZE]);

/**
 * card_email_valid() - whether an address may be used in SMTP (RFC 5321, 4.1.2 and 4.5.3.1). Its local part
 * must be a dot-atom of at most 64 octets, in ASCII or in UTF-8 without control characters, blanks and
 * quotes. Its domain must have at least two labels, and a form in A-labels (RFC 5890). The whole address may
 * have 254 octets.
 */
bool card_email_valid(const char *address);
