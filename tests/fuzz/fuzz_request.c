/* Bytes on a connection of the server: complete requests, incomplete ones, several in sequence. */

#include "serve.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        serve_bytes((const char *)data, size);
        return 0;
}
