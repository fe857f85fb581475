#pragma once

/*
 * Variable envelope return paths: the envelope sender of each mail identifies the mail, so that a returned
 * report can be assigned to its mail whatever it contains. `bounces@example.org` becomes
 * `bounces+TAG@example.org`. The tag is a keyed hash of the mail's secret token and recipient, followed by
 * the mail's number. Both are hexadecimal digits, because servers may change the case. The functions have
 * no side effects.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
        VERP_MAC_DIGITS = 20,
        VERP_TAG_MAX_DIGITS = VERP_MAC_DIGITS + 16,
        VERP_LOCAL_MAX_BYTES =
                        64 - 1 -
                        VERP_TAG_MAX_DIGITS, /* limit for the base's local part (RFC 5321, 4.5.3.1.1) */
        VERP_ADDRESS_SIZE = 320,
};

/** A tag that was found; verp_is_of() checks whether it is genuine. */
typedef struct VerpTag {
        int64_t mail;
        char mac[VERP_MAC_DIGITS + 1];
} VerpTag;

/**
 * verp_print() - write the envelope sender of a mail; the same arguments give the same address
 * @base:      the address for bounces
 * @mail:      the mail's number, above 0
 * @secret:    hard to guess, different for each mail
 * @recipient: the mail's recipient, compared without ASCII case; "" if it is not to be checked
 *
 * Return: 0; -EINVAL if the base has no domain or a local part above VERP_LOCAL_MAX_BYTES.
 */
int verp_print(const char *base, int64_t mail, const char *secret, const char *recipient,
                char ret[static VERP_ADDRESS_SIZE]);

/** verp_find() - find the first tag in @text, such as an address or a header's value. */
bool verp_find(const char *text, VerpTag *ret);

/** verp_is_of() - whether verp_print() made the tag with the same secret and recipient. */
bool verp_is_of(const VerpTag *tag, const char *secret, const char *recipient);
