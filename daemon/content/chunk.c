#include "content/chunk.h"

#include "content/brotli.h"
#include "content/gzip.h"
#include "content/zstd.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>

struct Chunk {
        _Atomic int refs;
        uint32_t crc, crc_shift;
        Blob *blob;
        size_t len;
        _Atomic(Blob *) packed[N_CODINGS]; /* NULL before the first call of chunk_packed() */
        unsigned char digest[HASH_SIZE];
};

int chunk_new(Blob *blob, Chunk **ret)
{
        *ret = NULL;
        Chunk *chunk = calloc(1, sizeof(*chunk));
        if (!chunk)
                return -ENOMEM;
        const char *bytes = blob_bytes(blob, &chunk->len);
        int r = hash_bytes(bytes, chunk->len, chunk->digest);
        if (r < 0) {
                free(chunk);
                return r;
        }
        chunk->refs = 1;
        chunk->blob = blob_ref(blob);
        chunk->crc = gzip_checksum(bytes, chunk->len);
        chunk->crc_shift = gzip_checksum_shift(chunk->len);
        *ret = chunk;
        return 0;
}

Chunk *chunk_ref(Chunk *chunk)
{
        atomic_fetch_add_explicit(&chunk->refs, 1, memory_order_relaxed);
        return chunk;
}

Chunk *chunk_unref(Chunk *chunk)
{
        if (!chunk || atomic_fetch_sub_explicit(&chunk->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        for (ContentCoding coding = CODING_IDENTITY; coding < N_CODINGS; coding++)
                blob_unref(chunk->packed[coding]);
        blob_unref(chunk->blob);
        free(chunk);
        return NULL;
}

Blob *chunk_blob(const Chunk *chunk)
{
        return chunk->blob;
}

size_t chunk_len(const Chunk *chunk)
{
        return chunk->len;
}

const unsigned char *chunk_digest(const Chunk *chunk)
{
        return chunk->digest;
}

bool chunk_same(const Chunk *one, const Chunk *other)
{
        return one == other ||
               (one->len == other->len && memcmp(one->digest, other->digest, HASH_SIZE) == 0);
}

uint32_t chunk_crc_after(const Chunk *chunk, uint32_t before)
{
        return gzip_checksum_join(before, chunk->crc, chunk->crc_shift);
}

static int brotli_part_anywhere(const char *bytes, size_t len, Blob **ret)
{
        return brotli_part(bytes, len, BROTLI_ANYWHERE, ret);
}

static int pack(const Chunk *chunk, ContentCoding coding, Blob **ret)
{
        static int (*const packers[])(const char *bytes, size_t len, Blob **ret) = {
                [CODING_GZIP] = gzip_blocks,
                [CODING_ZSTD] = zstd_frame,
                [CODING_BROTLI] = brotli_part_anywhere,
        };
        size_t len;
        const char *bytes = blob_bytes(chunk->blob, &len);
        return packers[coding](bytes, len, ret);
}

/* Two threads may pack at the same time; the first result is kept. */
int chunk_packed(Chunk *chunk, ContentCoding coding, Blob **ret)
{
        Blob *before = NULL, *packed = NULL;
        *ret = chunk->packed[coding];
        if (*ret)
                return 0;
        int r = pack(chunk, coding, &packed);
        if (r < 0)
                return r;
        bool is_first = atomic_compare_exchange_strong(&chunk->packed[coding], &before, packed);
        if (!is_first)
                blob_unref(packed);
        *ret = is_first ? packed : before;
        return 0;
}
