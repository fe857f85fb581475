#pragma once

/*
 * Names of domains in two forms: A-labels for protocols, `xn--e1afmkfd.xn--p1ai`, and U-labels for people,
 * `пример.рф` (IDNA 2008, RFC 5890, as UTS #46 maps it). Uses ICU.
 */

#include <stddef.h>

enum { IDN_DOMAIN_SIZE = 1024 /* octets, with the NUL; a longer domain is refused */ };

/**
 * idn_to_ascii() - convert a domain to A-labels in lower case; a label in ASCII only becomes lower case
 * idn_to_unicode() - convert a domain to U-labels in lower case
 * @ret: set on 0 only
 *
 * Return: 0; -EINVAL if a label is not valid, or the domain is too long; -ENOMEM.
 */
int idn_to_ascii(const char *domain, char ret[static IDN_DOMAIN_SIZE]);
int idn_to_unicode(const char *domain, char ret[static IDN_DOMAIN_SIZE]);
