/* The content of a PROPFIND request. */

#include "base/cleanup.h"
#include "dav/propfind.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static Propfind propfind;
        CLEANUP(cleanup_free) char *text = malloc(size + 1);
        if (!text)
                return 0;
        memcpy(text, data, size);
        text[size] = '\0';
        int r = propfind_read(text, size, &propfind);
        for (size_t i = 0; r == 0 && i < propfind.n; i++)
                assert(propfind.names[i].local[0]);
        propfind_done(&propfind);
        return 0;
}
