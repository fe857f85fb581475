#pragma once

/*
 * SHA-256, unguessable tokens, and a quick hash for tables. SHA-256 comes from GnuTLS, which the HTTP and
 * SMTP libraries need anyway. No other module uses GnuTLS's hashes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
        HASH_SIZE = 32,     /* octets of a SHA-256 */
        HASH_HEX_SIZE = 65, /* 64 hexadecimal digits and the NUL */
        TOKEN_SIZE = 33,    /* 32 characters of [A-Za-z0-9_-], 192 bits, and the NUL */
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

/**
 * hash_finish() - write the hash of all bytes added so far in lower-case hexadecimal, and start a new hash.
 */
void hash_finish(Hash *hash, char ret[static HASH_HEX_SIZE]);

/** hash_bytes() - compute the SHA-256 of one byte string. Return: 0 or -EIO. */
int hash_bytes(const void *bytes, size_t len, unsigned char ret[static HASH_SIZE]);

/** hash_hex() - write the SHA-256 of one byte string in lower-case hexadecimal. */
void hash_hex(const void *bytes, size_t len, char ret[static HASH_HEX_SIZE]);

/**
 * hash_keyed() - write the HMAC-SHA256 (RFC 2104) of one byte string in lower-case hexadecimal
 * @key: a token of token_make()
 */
void hash_keyed(const char *key, const void *bytes, size_t len, char ret[static HASH_HEX_SIZE]);

/** hash_quick() - get the 64-bit FNV-1a hash of a string, for tables. Collisions can be made on purpose. */
uint64_t hash_quick(const char *text);

/**
 * token_derive() - make a token of a number below 2^48 and 144 bits of a keyed hash (HMAC-SHA256) of the
 * number and @text
 * @secret: the key, a token of token_make()
 * @text:   at most 200 octets
 */
void token_derive(const char *secret, int64_t number, const char *text, char ret[static TOKEN_SIZE]);

/**
 * token_number() - read the number of a derived token, without checking its hash; 0 if the text is not as
 * long as a token, or its number has other characters.
 */
int64_t token_number(const char *token);

/**
 * token_is() - compare two tokens in constant time.
 */
bool token_is(const char *token, const char *other);

/**
 * token_make() - make a token of 192 random bits as base64url (RFC 4648, 5). Return: 0 or negative errno.
 */
int token_make(char ret[static TOKEN_SIZE]);
