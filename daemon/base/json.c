#include "base/json.h"

#include <stdbool.h>
#include <string.h>

/* Characters that turn the direction of the text behind them (U+202A to U+202E, U+2066 to U+2069) would mislead a reader of the JSON. */
static bool turns_direction(const unsigned char *c)
{
        return c[0] == 0xe2 && ((c[1] == 0x80 && c[2] >= 0xaa && c[2] <= 0xae) ||
                                               (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
}

/* How many bytes the character takes that is written as an escape; 0 for one that stands for itself. */
static size_t escaped_len(const unsigned char *c, const unsigned char *end)
{
        if (*c == '"' || *c == '\\' || *c < 0x20 || *c == 0x7f || *c == '<')
                return 1;
        return end - c >= 3 && turns_direction(c) ? 3 : 0;
}

static void write_escape(Buffer *out, const unsigned char *c, size_t len)
{
        if (len == 3)
                buffer_printf(out, "\\u20%02x", (c[1] - 0x80) * 64 + c[2] - 0x80);
        else if (*c == '"' || *c == '\\')
                buffer_printf(out, "\\%c", *c);
        else
                buffer_printf(out, "\\u%04x", *c);
}

void json_string_of(Buffer *out, const char *text, size_t len)
{
        const unsigned char *c = (const unsigned char *)text, *end = c + len;
        buffer_putc(out, '"');
        while (c < end) {
                const unsigned char *plain = c;
                size_t escaped = 0;
                while (c < end && (escaped = escaped_len(c, end)) == 0)
                        c++;
                buffer_append(out, plain, (size_t)(c - plain));
                if (c < end)
                        write_escape(out, c, escaped);
                c += escaped;
        }
        buffer_putc(out, '"');
}

void json_string(Buffer *out, const char *text)
{
        if (text)
                json_string_of(out, text, strlen(text));
        else
                buffer_puts(out, "null");
}

void json_member(Buffer *out, const char *name, const char *text)
{
        if (out->len > 0 && out->data[out->len - 1] != '{')
                buffer_puts(out, ", ");
        json_string(out, name);
        buffer_puts(out, ": ");
        json_string(out, text);
}
