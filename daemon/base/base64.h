#pragma once

/* The encoding of octets as text (RFC 4648, 4). */

#include "base/buffer.h"

/**
 * base64_decode() - append the octets of a text
 * Return: 0; -EINVAL for a text that is not base64, and nothing is appended; -ENOMEM; or the error of @out.
 */
int base64_decode(Buffer *out, const char *text, size_t len);

/** base64_encode() - append octets as text, in one line. Return: 0; -ENOMEM; or the error of @out. */
int base64_encode(Buffer *out, const char *bytes, size_t len);
