#include "base/url.h"

#include <string.h>

#define UNRESERVED "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

static void escape(Buffer *out, const char *text, const char *plain)
{
        while (*text) {
                size_t len = strspn(text, plain);
                buffer_append(out, text, len);
                text += len;
                if (*text)
                        buffer_printf(out, "%%%02X", (unsigned char)*text++);
        }
}

void url_escape(Buffer *out, const char *text)
{
        escape(out, text, UNRESERVED "@");
}

void url_escape_strictly(Buffer *out, const char *text)
{
        escape(out, text, UNRESERVED);
}
