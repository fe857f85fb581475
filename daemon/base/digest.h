#pragma once

/* SHA-256 and unguessable tokens. The only home of GnuTLS's hashes, which the HTTP and SMTP libraries bring along. */

#include <stddef.h>

enum {
        DIGEST_HEX_SIZE = 65, /* 64 hexadecimal digits and the NUL */
        TOKEN_SIZE = 33,      /* 32 characters of [A-Za-z0-9_-], 192 random bits, and the NUL */
};

typedef struct Digest Digest;

Digest *digest_new(void);
Digest *digest_free(Digest *digest);
void digest_update(Digest *digest, const void *bytes, size_t len);

/** digest_field() - add a string with its length before it, so that ("ab", "c") and ("a", "bc") differ; NULL counts as "". */
void digest_field(Digest *digest, const char *text);

/** digest_finish() - lower-case hexadecimal digits of all that was added; the digest starts anew. */
void digest_finish(Digest *digest, char ret[static DIGEST_HEX_SIZE]);

/** digest_hex() - SHA-256 of one piece. */
void digest_hex(const void *bytes, size_t len, char ret[static DIGEST_HEX_SIZE]);

/** token_make() - 192 random bits as base64url (RFC 4648, 5). Return: 0 or negative errno. */
int token_make(char ret[static TOKEN_SIZE]);
