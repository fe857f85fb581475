#pragma once

/*
 * Private to content/: Brotli (RFC 7932) of whole contents, and of parts that are joined to one stream.
 *
 *     brotli_part() of each part  brotli_end()
 *
 * The same bytes give the same output.
 */

#include "base/blob.h"

enum {
        /*
         * The largest distance back to which a stream refers. A part that begins here or later does not
         * depend on its place.
         */
        BROTLI_ANYWHERE = 64 * 1024,
};

/** brotli_whole() - compress bytes to a whole stream. Return: 0 or negative errno. */
int brotli_whole(const char *bytes, size_t len, Blob **ret);

/**
 * brotli_part() - compress one part; it refers to no earlier bytes
 * @offset: of the part in the content; BROTLI_ANYWHERE for a part that begins there or later
 *
 * Return: 0 or negative errno.
 */
int brotli_part(const char *bytes, size_t len, size_t offset, Blob **ret);

/** brotli_end() - the end of a stream. Return: NULL when memory ran out. */
Blob *brotli_end(void);
