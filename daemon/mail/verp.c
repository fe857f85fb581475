#include "mail/verp.h"

#include "base/hash.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOWER_SIZE = 320 };

static void lower_case(const char *text, char ret[static LOWER_SIZE])
{
        size_t len = 0;
        for (; text[len] && len + 1 < LOWER_SIZE; len++)
                ret[len] = (char)(text[len] >= 'A' && text[len] <= 'Z' ? text[len] + ('a' - 'A')
                                                                       : text[len]);
        ret[len] = '\0';
}

/*
 * The secret is hashed first, each field is hashed with its length, and the hash is truncated, so that a
 * signed text cannot be extended.
 */
static int make_mac(int64_t mail, const char *secret, const char *recipient,
                char ret[static VERP_MAC_DIGITS + 1])
{
        char number[24], lower[LOWER_SIZE], hex[HASH_HEX_SIZE];
        Hash *hash = hash_new();
        if (!hash)
                return -ENOMEM;
        snprintf(number, sizeof(number), "%" PRId64, mail);
        lower_case(recipient, lower);
        hash_field(hash, secret);
        hash_field(hash, "verp");
        hash_field(hash, number);
        hash_field(hash, lower);
        hash_finish(hash, hex);
        hash_free(hash);
        snprintf(ret, VERP_MAC_DIGITS + 1, "%.*s", VERP_MAC_DIGITS, hex);
        return 0;
}

int verp_print(const char *base, int64_t mail, const char *secret, const char *recipient,
                char ret[static VERP_ADDRESS_SIZE])
{
        char mac[VERP_MAC_DIGITS + 1];
        const char *at = strrchr(base, '@');
        if (!at || at == base || at - base > VERP_LOCAL_MAX_BYTES ||
                        strlen(base) + 1 + VERP_TAG_MAX_DIGITS >= VERP_ADDRESS_SIZE)
                return -EINVAL;
        int r = make_mac(mail, secret, recipient, mac);
        if (r < 0)
                return r;
        snprintf(ret, VERP_ADDRESS_SIZE, "%.*s+%s%" PRIx64 "%s", (int)(at - base), base, mac, mail, at);
        return 0;
}

static size_t count_hex(const char *text)
{
        return strspn(text, "0123456789abcdefABCDEF");
}

bool verp_find(const char *text, VerpTag *ret)
{
        for (const char *plus = strchr(text, '+'); plus; plus = strchr(plus + 1, '+')) {
                size_t len = count_hex(plus + 1);
                if (len <= VERP_MAC_DIGITS || len > VERP_TAG_MAX_DIGITS || plus[1 + len] != '@')
                        continue;
                char lower[LOWER_SIZE];
                lower_case(plus + 1, lower);
                uint64_t mail = strtoull(lower + VERP_MAC_DIGITS, NULL, 16);
                if (mail == 0 || mail > INT64_MAX)
                        continue;
                *ret = (VerpTag){ .mail = (int64_t)mail };
                memcpy(ret->mac, lower, VERP_MAC_DIGITS);
                return true;
        }
        return false;
}

bool verp_is_of(const VerpTag *tag, const char *secret, const char *recipient)
{
        char mac[VERP_MAC_DIGITS + 1];
        return make_mac(tag->mail, secret, recipient, mac) == 0 && strcmp(mac, tag->mac) == 0;
}
