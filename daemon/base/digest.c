#include "base/digest.h"

#include "base/cleanup.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

enum { DIGEST_BYTES = 32, TOKEN_RANDOM_BYTES = 24 };

struct Digest {
        gnutls_hash_hd_t handle;
};

Digest *digest_new(void)
{
        CLEANUP(cleanup_free) Digest *digest = calloc(1, sizeof(*digest));
        if (!digest || gnutls_hash_init(&digest->handle, GNUTLS_DIG_SHA256) < 0)
                return NULL;
        return TAKE_PTR(digest);
}

Digest *digest_free(Digest *digest)
{
        if (digest) {
                gnutls_hash_deinit(digest->handle, NULL);
                free(digest);
        }
        return NULL;
}

void digest_update(Digest *digest, const void *bytes, size_t len)
{
        gnutls_hash(digest->handle, bytes, len);
}

void digest_field(Digest *digest, const char *text)
{
        uint64_t len = text ? strlen(text) : 0;
        digest_update(digest, &len, sizeof(len));
        digest_update(digest, text, len);
}

static void to_hex(const unsigned char bytes[static DIGEST_BYTES], char ret[static DIGEST_HEX_SIZE])
{
        static const char digits[] = "0123456789abcdef";
        for (int i = 0; i < DIGEST_BYTES; i++) {
                ret[2 * i] = digits[bytes[i] >> 4];
                ret[2 * i + 1] = digits[bytes[i] & 15];
        }
        ret[DIGEST_HEX_SIZE - 1] = '\0';
}

void digest_finish(Digest *digest, char ret[static DIGEST_HEX_SIZE])
{
        unsigned char bytes[DIGEST_BYTES];
        gnutls_hash_output(digest->handle, bytes);
        to_hex(bytes, ret);
}

void digest_hex(const void *data, size_t len, char ret[static DIGEST_HEX_SIZE])
{
        unsigned char bytes[DIGEST_BYTES] = { 0 };
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
