#include "base/url.h"

#include <string.h>

void url_escape(Buffer *out, const char *text)
{
        static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@";
        while (*text) {
                size_t len = strspn(text, plain);
                buffer_append(out, text, len);
                text += len;
                if (*text)
                        buffer_printf(out, "%%%02X", (unsigned char)*text++);
        }
}
