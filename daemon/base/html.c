#include "base/html.h"

#include <string.h>

void html_escape(Buffer *out, const char *text)
{
        while (*text) {
                size_t plain = strcspn(text, "<>&\"'");
                buffer_append(out, text, plain);
                text += plain;
                if (*text)
                        buffer_printf(out, "&#%d;", *text++);
        }
}
