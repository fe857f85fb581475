/* A form's content in a valid request; the first byte selects its type and target. */

#include "serve.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONTENT_BYTES = 32768, HEADER_BYTES = 512 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static const char *const types[] = { "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x", "multipart/form-data; boundary=\"a b\"", "text/plain" };
        static const char *const paths[] = { "/form/", "/form/later", "/kept/", "/kept/later" };
        char request[HEADER_BYTES + CONTENT_BYTES];
        if (size == 0 || size > CONTENT_BYTES)
                return 0;
        int n = snprintf(request, HEADER_BYTES,
                        "POST %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
                        paths[data[0] / 4 % 4], types[data[0] % 4], size - 1);
        memcpy(request + n, data + 1, size - 1);
        serve_bytes(request, (size_t)n + size - 1);
        return 0;
}
