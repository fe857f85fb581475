#pragma once

/*
 * A part of a content: immutable bytes, and what is made of them once: a digest, a checksum, and the bytes
 * in each coding, in a form that is joined with that of other chunks. Several contents share a chunk, so a
 * content that changes in one place makes one chunk anew. Any thread may call.
 */

#include "base/blob.h"
#include "base/cleanup.h"
#include "base/hash.h"
#include "content/coding.h"

#include <stdint.h>

typedef struct Chunk Chunk;

/**
 * chunk_new() - make a chunk
 * @blob: the bytes, referenced
 *
 * Return: 0 or negative errno.
 */
int chunk_new(Blob *blob, Chunk **ret);
Chunk *chunk_ref(Chunk *chunk);
Chunk *chunk_unref(Chunk *chunk);
DEFINE_CLEANUP(Chunk, chunk_unrefp, chunk_unref)

/** chunk_blob() - the bytes, borrowed */
Blob *chunk_blob(const Chunk *chunk);
size_t chunk_len(const Chunk *chunk);

/** chunk_digest() - the SHA-256 of the bytes, HASH_SIZE long; borrowed */
const unsigned char *chunk_digest(const Chunk *chunk);
bool chunk_same(const Chunk *one, const Chunk *other);

/** chunk_crc_after() - the CRC-32 (RFC 1952, 8) of bytes whose CRC-32 is @before, and those of the chunk */
uint32_t chunk_crc_after(const Chunk *chunk, uint32_t before);

/**
 * chunk_packed() - the bytes in a coding, made at the first call
 * @coding: CODING_GZIP: blocks of DEFLATE (RFC 1951) that refer to no earlier bytes and end at the border of
 *          an octet, none of them the last block of a stream. CODING_ZSTD: a frame. CODING_BROTLI: as
 *          brotli_part() says, for a place after the window.
 * @ret:    borrowed; NULL unless 0 is returned
 *
 * Return: 0 or negative errno.
 */
int chunk_packed(Chunk *chunk, ContentCoding coding, Blob **ret);
