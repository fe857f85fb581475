#pragma once

#include "base/buffer.h"

/**
 * feed_compress() - gzip of some bytes (RFC 1952) by libdeflate, with no time in it, so that the same bytes
 * give the same.
 */
int feed_compress(const char *bytes, size_t len, Buffer *out);
