#pragma once

/*
 * SHA-256 and unguessable tokens. The only home of GnuTLS's hashes, which the HTTP and SMTP libraries bring
 * along.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
        HASH_HEX_SIZE = 65, /* 64 hexadecimal digits and the NUL */
        TOKEN_SIZE = 33,    /* 32 characters of [A-Za-z0-9_-], 192 random bits, and the NUL */
};

typedef struct Hash Hash;

Hash *hash_new(void);
Hash *hash_free(Hash *hash);
void hash_update(Hash *hash, const void *bytes, size_t len);

/**
 * hash_field() - add a string with its length before it, so that ("ab", "c") and ("a", "bc") differ; NULL
 * counts as "".
 */
void hash_field(Hash *hash, const char *text);

/** hash_finish() - lower-case hexadecimal digits of all that was added; the hash starts anew. */
void hash_finish(Hash *hash, char ret[static HASH_HEX_SIZE]);

/** hash_hex() - SHA-256 of one piece. */
void hash_hex(const void *bytes, size_t len, char ret[static HASH_HEX_SIZE]);

/**
 * token_derive() - a token that carries a number below 2^48 and 144 bits of a keyed hash (HMAC-SHA256) of it and of @text
 * @secret: as of token_make()
 * token_number() - the number that a text carries, if it is such a token; 0 where it cannot be one
 * token_is() - whether two tokens are the same, in a time that does not tell how much of them is
 */
void token_derive(const char *secret, int64_t number, const char *text, char ret[static TOKEN_SIZE]);
int64_t token_number(const char *token);
bool token_is(const char *token, const char *other);

/** token_make() - 192 random bits as base64url (RFC 4648, 5). Return: 0 or negative errno. */
int token_make(char ret[static TOKEN_SIZE]);
