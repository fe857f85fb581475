#pragma once

#include "base/buffer.h"

/**
 * feed_compress() - append bytes compressed by libdeflate as gzip (RFC 1952), without a time stamp: the
 * same bytes give the same output
 */
int feed_compress(const char *bytes, size_t len, Buffer *out);
