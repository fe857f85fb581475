#include "feed/feed.h"

#include <errno.h>
#include <libdeflate.h>

/* Of libdeflate's 1 to 12: calendars shrink to about the same at 3 as at 9, and a change has to be out at once. */
enum { LEVEL = 3 };

DEFINE_CLEANUP(struct libdeflate_compressor, compressor_freep, libdeflate_free_compressor)

int feed_compress(const char *bytes, size_t len, Buffer *out)
{
        CLEANUP(compressor_freep)
        struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(LEVEL);
        if (!compressor)
                return -ENOMEM;
        size_t bound = libdeflate_gzip_compress_bound(compressor, len);
        CLEANUP(cleanup_free) char *room = malloc(bound);
        if (!room)
                return -ENOMEM;
        size_t n = libdeflate_gzip_compress(compressor, bytes, len, room, bound);
        if (n == 0)
                return -EIO; /* the bound makes it impossible */
        buffer_append(out, room, n);
        return buffer_error(out);
}
