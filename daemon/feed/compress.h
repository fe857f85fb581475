#pragma once

#include "base/buffer.h"

/**
 * feed_compress() - append @bytes as gzip (RFC 1952), compressed by libdeflate. The output has no time
 * stamp, so the same bytes give the same output. Return: 0 or negative errno.
 */
int feed_compress(const char *bytes, size_t len, Buffer *out);
