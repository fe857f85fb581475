#include "base/html.h"

#include <stdbool.h>
#include <string.h>

/*
 * Returns the length of a character that html_escape() leaves out: a control, a character that changes the
 * direction of the text after it (U+202A to U+202E, U+2066 to U+2069), or a character that XML does not
 * allow (U+FFFE, U+FFFF); 0 for any other.
 */
static size_t unwanted_len(const unsigned char *c)
{
        if (*c == 0x7f || (*c < ' ' && *c != '\t' && *c != '\n'))
                return 1;
        if (*c == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
                return 2;
        if (*c == 0xe2 && c[1] == 0x80 && c[2] >= 0xaa && c[2] <= 0xae)
                return 3;
        if (*c == 0xef && c[1] == 0xbf && c[2] >= 0xbe)
                return 3;
        return *c == 0xe2 && c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9 ? 3 : 0;
}

static bool is_plain(const unsigned char *c)
{
        return *c && !strchr("<>&\"'", *c) && unwanted_len(c) == 0;
}

void html_escape(Buffer *out, const char *text)
{
        const unsigned char *c = (const unsigned char *)text;
        while (*c) {
                const unsigned char *plain = c;
                while (is_plain(c))
                        c++;
                buffer_append(out, plain, (size_t)(c - plain));
                if (*c && unwanted_len(c) > 0)
                        c += unwanted_len(c);
                else if (*c)
                        buffer_printf(out, "&#%d;", *c++);
        }
}
