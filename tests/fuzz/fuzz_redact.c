/* A text for the public. The result has no plain ASCII address, whether or not anything was redacted. */

#include "calendar/redact.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum { OUT_BYTES = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Returns whether a text has an address of the plainest form, "a@b.cd". */
static bool has_plain_address(const char *text, size_t len)
{
        for (size_t i = 1; i + 5 <= len; i++)
                if (text[i] == '@' && text[i - 1] == 'a' && memcmp(text + i + 1, "b.cd", 4) == 0)
                        return true;
        return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(OUT_BYTES);
        if (!redact_text((const char *)data, size, &out))
                assert(out.len == 0 && !has_plain_address((const char *)data, size));
        else
                assert(buffer_error(&out) < 0 || !has_plain_address(buffer_text(&out), out.len));
        return 0;
}
