/*
 * The value of Authorization: accepted credentials lie within the decoded bytes and have no control
 * characters.
 */

#include "http/basic.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(cleanup_free) char *text = malloc(size + 1);
        CLEANUP(basic_done) BasicCredentials credentials = { .name = NULL };
        if (!text)
                return 0;
        memcpy(text, data, size);
        text[size] = '\0';
        if (basic_read(text, &credentials) != 0)
                return 0;
        assert(!strchr(credentials.name, ':'));
        assert(strlen(credentials.name) + 1 + strlen(credentials.password) == credentials.bytes.len);
        for (const char *c = credentials.name; *c; c++)
                assert((unsigned char)*c >= ' ');
        return 0;
}
