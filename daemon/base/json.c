#include "base/json.h"

#include <stdbool.h>
#include <string.h>

/*
 * Non-ASCII characters that would mislead a reader of the JSON: controls, direction marks and overrides, and
 * line separators.
 */
static const struct Range {
        unsigned first, last;
} misleading[] = {
        { 0x80, 0x9f },
        { 0x61c, 0x61c },
        { 0x200e, 0x200f },
        { 0x2028, 0x202e },
        { 0x2066, 0x2069 },
};

/*
 * Decodes a character of two or three bytes; every misleading character has such a length. Return: 0 for
 * any other length.
 */
static unsigned character_at(const unsigned char *c, const unsigned char *end, size_t *ret_len)
{
        bool is_two = end - c >= 2 && *c >= 0xc2 && *c < 0xe0;
        bool is_three = end - c >= 3 && *c >= 0xe0 && *c < 0xf0;
        *ret_len = is_three ? 3 : 2;
        if (is_two)
                return (*c & 0x1fu) << 6 | (c[1] & 0x3fu);
        return is_three ? (*c & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu) : 0;
}

static bool is_misleading(unsigned character)
{
        for (size_t i = 0; i < sizeof(misleading) / sizeof(*misleading); i++)
                if (character >= misleading[i].first && character <= misleading[i].last)
                        return true;
        return false;
}

/* Returns the length of a character that must be escaped; 0 for any other. */
static size_t escaped_len(const unsigned char *c, const unsigned char *end)
{
        size_t len;
        if (*c == '"' || *c == '\\' || *c < 0x20 || *c == 0x7f || *c == '<')
                return 1;
        return *c >= 0xc2 && is_misleading(character_at(c, end, &len)) ? len : 0;
}

static void write_escape(Buffer *out, const unsigned char *c, size_t len)
{
        if (len > 1)
                buffer_printf(out, "\\u%04x", character_at(c, c + len, &len));
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
