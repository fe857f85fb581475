#pragma once

/*
 * Private to content/: gzip (RFC 1952) of whole contents, and of parts that are joined to one member.
 *
 *     gzip_begin()  gzip_blocks() of each part  gzip_end()
 *
 * The output has no time stamp, so the same bytes give the same output.
 */

#include "base/blob.h"

#include <stdint.h>

/** gzip_whole() - compress bytes to a whole member. Return: 0 or negative errno. */
int gzip_whole(const char *bytes, size_t len, Blob **ret);

/** gzip_blocks() - compress one part, as chunk_packed() says. Return: 0 or negative errno. */
int gzip_blocks(const char *bytes, size_t len, Blob **ret);

/** gzip_begin() - the header of a member. Return: NULL when memory ran out. */
Blob *gzip_begin(void);

/**
 * gzip_end() - the last block, which is empty, and the trailer of a member
 * @crc: gzip_checksum() of all bytes
 * @len: of all bytes
 *
 * Return: NULL when memory ran out.
 */
Blob *gzip_end(uint32_t crc, size_t len);

uint32_t gzip_checksum(const char *bytes, size_t len);

/**
 * gzip_checksum_shift() - derive from the length of a part what gzip_checksum_join() needs. This takes much
 * longer than the join, so it is kept with the part.
 */
uint32_t gzip_checksum_shift(size_t len);

/** gzip_checksum_join() - the checksum of two parts; @shift: of the length of the second one */
uint32_t gzip_checksum_join(uint32_t first, uint32_t second, uint32_t shift);
