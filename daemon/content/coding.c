#include "content/coding.h"

const char *coding_name(ContentCoding coding)
{
        static const char *const names[] = {
                [CODING_IDENTITY] = "identity",
                [CODING_GZIP] = "gzip",
                [CODING_ZSTD] = "zstd",
                [CODING_BROTLI] = "br",
        };
        return names[coding];
}
