#include "base/hash.h"

#include "base/cleanup.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

enum { HASH_BYTES = 32, TOKEN_RANDOM_BYTES = 24 };

struct Hash {
        gnutls_hash_hd_t handle;
};

Hash *hash_new(void)
{
        CLEANUP(cleanup_free) Hash *hash = calloc(1, sizeof(*hash));
        if (!hash || gnutls_hash_init(&hash->handle, GNUTLS_DIG_SHA256) < 0)
                return NULL;
        return TAKE_PTR(hash);
}

Hash *hash_free(Hash *hash)
{
        if (hash) {
                gnutls_hash_deinit(hash->handle, NULL);
                free(hash);
        }
        return NULL;
}

void hash_update(Hash *hash, const void *bytes, size_t len)
{
        gnutls_hash(hash->handle, bytes, len);
}

void hash_field(Hash *hash, const char *text)
{
        uint64_t len = text ? strlen(text) : 0;
        hash_update(hash, &len, sizeof(len));
        hash_update(hash, text, len);
}

static void to_hex(const unsigned char bytes[static HASH_BYTES], char ret[static HASH_HEX_SIZE])
{
        static const char digits[] = "0123456789abcdef";
        for (int i = 0; i < HASH_BYTES; i++) {
                ret[2 * i] = digits[bytes[i] >> 4];
                ret[2 * i + 1] = digits[bytes[i] & 15];
        }
        ret[HASH_HEX_SIZE - 1] = '\0';
}

void hash_finish(Hash *hash, char ret[static HASH_HEX_SIZE])
{
        unsigned char bytes[HASH_BYTES];
        gnutls_hash_output(hash->handle, bytes);
        to_hex(bytes, ret);
}

void hash_hex(const void *data, size_t len, char ret[static HASH_HEX_SIZE])
{
        unsigned char bytes[HASH_BYTES] = { 0 };
        gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, bytes);
        to_hex(bytes, ret);
}

int token_make(char ret[static TOKEN_SIZE])
{
        static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        unsigned char random[TOKEN_RANDOM_BYTES];
        if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
                return -EIO;
        for (int i = 0, out = 0; i < TOKEN_RANDOM_BYTES; i += 3) {
                uint32_t group = (uint32_t)random[i] << 16 | (uint32_t)random[i + 1] << 8 | random[i + 2];
                for (int shift = 18; shift >= 0; shift -= 6)
                        ret[out++] = alphabet[group >> shift & 63];
        }
        ret[TOKEN_SIZE - 1] = '\0';
        return 0;
}
