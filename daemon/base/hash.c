#include "base/hash.h"

#include "base/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum { HASH_BYTES = HASH_SIZE, TOKEN_BYTES = 24, TOKEN_NUMBER_BYTES = 6 };

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

int hash_bytes(const void *data, size_t len, unsigned char ret[static HASH_SIZE])
{
        return gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, ret) == 0 ? 0 : -EIO;
}

void hash_hex(const void *data, size_t len, char ret[static HASH_HEX_SIZE])
{
        unsigned char bytes[HASH_BYTES] = { 0 };
        gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, bytes);
        to_hex(bytes, ret);
}

void hash_keyed(const char *key, const void *data, size_t len, char ret[static HASH_HEX_SIZE])
{
        unsigned char bytes[HASH_BYTES] = { 0 };
        gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, strlen(key), data, len, bytes);
        to_hex(bytes, ret);
}

uint64_t hash_quick(const char *text)
{
        uint64_t hash = 14695981039346656037u;
        for (; *text; text++)
                hash = (hash ^ (unsigned char)*text) * 1099511628211u;
        return hash;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void print_token(const unsigned char bytes[static TOKEN_BYTES], char ret[static TOKEN_SIZE])
{
        for (int i = 0, out = 0; i < TOKEN_BYTES; i += 3) {
                uint32_t group = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
                for (int shift = 18; shift >= 0; shift -= 6)
                        ret[out++] = alphabet[group >> shift & 63];
        }
        ret[TOKEN_SIZE - 1] = '\0';
}

int token_make(char ret[static TOKEN_SIZE])
{
        unsigned char random[TOKEN_BYTES];
        if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
                return -EIO;
        print_token(random, ret);
        return 0;
}

/* Puts the number first, so that tokens made one after another are neighbours in an index. */
void token_derive(const char *secret, int64_t number, const char *text, char ret[static TOKEN_SIZE])
{
        unsigned char bytes[TOKEN_BYTES], mac[HASH_BYTES] = { 0 };
        char signed_text[256];
        int len = snprintf(signed_text, sizeof(signed_text), "%" PRId64 " %s", number, text);
        assert(len > 0 && (size_t)len < sizeof(signed_text));
        for (int i = 0; i < TOKEN_NUMBER_BYTES; i++)
                bytes[i] = (unsigned char)(number >> 8 * (TOKEN_NUMBER_BYTES - 1 - i));
        gnutls_hmac_fast(GNUTLS_MAC_SHA256, secret, strlen(secret), signed_text, (size_t)len, mac);
        memcpy(bytes + TOKEN_NUMBER_BYTES, mac, TOKEN_BYTES - TOKEN_NUMBER_BYTES);
        print_token(bytes, ret);
}

int64_t token_number(const char *token)
{
        enum { NUMBER_CHARS = TOKEN_NUMBER_BYTES * 8 / 6 };
        int64_t number = 0;
        if (strlen(token) != TOKEN_SIZE - 1)
                return 0;
        for (int i = 0; i < NUMBER_CHARS; i++) {
                const char *place = strchr(alphabet, token[i]);
                if (!place)
                        return 0;
                number = number << 6 | (place - alphabet);
        }
        return number;
}

bool token_is(const char *token, const char *other)
{
        size_t len = strlen(token);
        return len == strlen(other) && gnutls_memcmp(token, other, len) == 0;
}
