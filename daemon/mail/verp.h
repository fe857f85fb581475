#pragma once

/*
 * Variable envelope return paths: each mail's envelope sender names the mail, so that a report that comes
 * back tells which one it is about, whatever the other server writes into it. `bounces@example.org` becomes
 * `bounces+TAG@example.org`; the tag is the mail's number behind a keyed hash of its secret token and its
 * recipient, in hexadecimal digits, as servers on the way may change the case. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
        VERP_MAC_DIGITS = 20,
        VERP_TAG_MAX_DIGITS = VERP_MAC_DIGITS + 16,
        VERP_LOCAL_MAX_BYTES =
                        64 - 1 -
                        VERP_TAG_MAX_DIGITS, /* of the address that the tag goes into (RFC 5321, 4.5.3.1.1) */
        VERP_ADDRESS_SIZE = 320,
};

/** A tag as it was found; whether it is genuine says verp_is_of(). */
typedef struct VerpTag {
        int64_t mail;
        char mac[VERP_MAC_DIGITS + 1];
} VerpTag;

/**
 * verp_print() - the envelope sender of a mail; the same arguments give the same address
 * @base:      the address that bounces go to
 * @mail:      the mail's number, above 0
 * @secret:    hard to guess, of this mail alone
 * @recipient: the address that it goes to, ASCII's case ignored; "" where that is not to be checked
 * Return: 0, -EINVAL for a base without a domain or with a local part above VERP_LOCAL_MAX_BYTES.
 */
int verp_print(const char *base, int64_t mail, const char *secret, const char *recipient,
                char ret[static VERP_ADDRESS_SIZE]);

/** verp_find() - the first tag in @text, which may be an address, a header's value or anything else. */
bool verp_find(const char *text, VerpTag *ret);

/** verp_is_of() - whether the tag was made of these. */
bool verp_is_of(const VerpTag *tag, const char *secret, const char *recipient);
