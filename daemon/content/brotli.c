/*
 * Streams of Brotli can be joined if an encoder is told the offset of its part (BROTLI_PARAM_STREAM_OFFSET):
 * then it writes no header, refers to no earlier bytes, and does not use the state at the end of the part
 * before. References to the static dictionary depend on the offset as long as that is less than the window.
 *
 * Measured with 64 kB of Russian events: at QUALITY 2.2 ms and 26.2 %, at 9 4.4 ms and 25.3 %; gzip leaves
 * 28.3 %.
 */
#include "content/brotli.h"

#include "base/cleanup.h"

#include <brotli/encode.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

enum { QUALITY = 5, WINDOW_BITS = 16, SPARE_BYTES = 64 };

static const unsigned char END[] = { 3 }; /* a last block that is empty */

DEFINE_CLEANUP(BrotliEncoderState, encoder_freep, BrotliEncoderDestroyInstance)

static bool set_up(BrotliEncoderState *encoder, size_t offset)
{
        return BrotliEncoderSetParameter(encoder, BROTLI_PARAM_QUALITY, QUALITY) &&
               BrotliEncoderSetParameter(encoder, BROTLI_PARAM_LGWIN, WINDOW_BITS) &&
               BrotliEncoderSetParameter(encoder, BROTLI_PARAM_STREAM_OFFSET, (uint32_t)offset);
}

static int compress(const char *bytes, size_t len, size_t offset, BrotliEncoderOperation end, Blob **ret)
{
        CLEANUP(encoder_freep) BrotliEncoderState *encoder = BrotliEncoderCreateInstance(NULL, NULL, NULL);
        size_t room = BrotliEncoderMaxCompressedSize(len) + SPARE_BYTES, room_left = room, left = len;
        CLEANUP(cleanup_free) unsigned char *out = malloc(room);
        const unsigned char *in = (const unsigned char *)bytes;
        unsigned char *at = out;
        if (!encoder || !out)
                return -ENOMEM;
        if (!set_up(encoder, offset) ||
                        !BrotliEncoderCompressStream(encoder, end, &left, &in, &room_left, &at, NULL))
                return -ENOMEM;
        if (left > 0 || BrotliEncoderHasMoreOutput(encoder))
                return -EIO; /* cannot happen: there is room enough */
        *ret = blob_copy_to_heap((char *)out, room - room_left);
        return *ret ? 0 : -ENOMEM;
}

int brotli_whole(const char *bytes, size_t len, Blob **ret)
{
        return compress(bytes, len, 0, BROTLI_OPERATION_FINISH, ret);
}

int brotli_part(const char *bytes, size_t len, size_t offset, Blob **ret)
{
        return compress(bytes, len, offset, BROTLI_OPERATION_FLUSH, ret);
}

Blob *brotli_end(void)
{
        return blob_copy_to_heap((const char *)END, sizeof(END));
}
