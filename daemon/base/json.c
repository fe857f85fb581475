#include "base/json.h"

#include <stdbool.h>

/* What turns the direction of the text behind it (U+202A to U+202E, U+2066 to U+2069): whoever reads the JSON as text is not to be misled. */
static bool turns_direction(const unsigned char *c)
{
        return c[0] == 0xe2 && ((c[1] == 0x80 && c[2] >= 0xaa && c[2] <= 0xae) ||
                                               (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
}

void json_string(Buffer *out, const char *text)
{
        if (!text) {
                buffer_puts(out, "null");
                return;
        }
        buffer_putc(out, '"');
        for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
                if (*c == '"' || *c == '\\') {
                        buffer_printf(out, "\\%c", *c);
                } else if (*c < 0x20 || *c == 0x7f || *c == '<') {
                        buffer_printf(out, "\\u%04x", *c);
                } else if (turns_direction(c)) {
                        buffer_printf(out, "\\u20%02x", (c[1] - 0x80) * 64 + c[2] - 0x80);
                        c += 2;
                } else {
                        buffer_putc(out, (char)*c);
                }
        }
        buffer_putc(out, '"');
}

void json_member(Buffer *out, const char *name, const char *text)
{
        if (out->len > 0 && out->data[out->len - 1] != '{')
                buffer_puts(out, ", ");
        json_string(out, name);
        buffer_puts(out, ": ");
        json_string(out, text);
}
