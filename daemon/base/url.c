#include "base/url.h"

#include <ctype.h>
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

static int digit_of(char c)
{
        return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

bool url_unescape(Buffer *out, const char *text, size_t len)
{
        for (size_t i = 0; i < len; i++) {
                if (text[i] != '%') {
                        buffer_putc(out, text[i]);
                        continue;
                }
                if (len - i < 3 || !isxdigit((unsigned char)text[i + 1]) ||
                                !isxdigit((unsigned char)text[i + 2]))
                        return false;
                int octet = digit_of(text[i + 1]) * 16 + digit_of(text[i + 2]);
                if (octet == 0)
                        return false;
                buffer_putc(out, (char)octet);
                i += 2;
        }
        return true;
}
