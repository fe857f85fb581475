#pragma once

/*
 * The client's side of SCRAM (RFC 5802) without channel binding, with SHA-1 or SHA-256 (RFC 7677). Neither
 * side sends the password, and the server proves that it knows it, too. User name and password are prepared
 * by SASLprep (RFC 4013).
 */

#include "base/buffer.h"
#include "base/cleanup.h"

#include <stdbool.h>

typedef struct Scram Scram;

/**
 * scram_new() - begin a login
 * @mechanism: SCRAM-SHA-256 or SCRAM-SHA-1
 * @nonce:     for tests; NULL for a random one
 *
 * Return: 0, -EINVAL for another mechanism, -ENOMEM, another negative errno without random numbers.
 */
int scram_new(const char *mechanism, const char *user, const char *password, const char *nonce, Scram **ret);
Scram *scram_free(Scram *scram);
DEFINE_CLEANUP(Scram, scram_freep, scram_free)

/** scram_first() - append the client's first message. Return: 0, -ENOMEM. */
int scram_first(const Scram *scram, Buffer *out);

/**
 * scram_final() - append the client's final message, which answers the server's first one
 *
 * Return: 0; -EBADMSG for a message of another form, with another nonce, or with fewer than 4096 or more
 * than a million iterations; -ENOMEM, -EIO.
 */
int scram_final(Scram *scram, const char *server_first, size_t len, Buffer *out);

/** scram_verify() - whether the server's final message proves that the server knows the password */
bool scram_verify(const Scram *scram, const char *server_final, size_t len);
