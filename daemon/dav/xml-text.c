#include "dav/xml-text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { FIRST_PRINTABLE = 0x20, FIRST_NOT_ASCII = 0x80 };

static bool is_plain(unsigned char c)
{
        return (c >= FIRST_PRINTABLE && c < FIRST_NOT_ASCII && c != '&' && c != '<' && c != '>') ||
               c == '\t' || c == '\n';
}

/*
 * The forms of a character in UTF-8 by its first byte, and the range of its second one (Unicode, table 3-7).
 */
static const struct Utf8Form {
        uint8_t first, last, second_min, second_max, len;
} forms[] = {
        { 0xc2, 0xdf, 0x80, 0xbf, 2 },
        { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
        { 0xe1, 0xec, 0x80, 0xbf, 3 },
        { 0xed, 0xed, 0x80, 0x9f, 3 },
        { 0xee, 0xef, 0x80, 0xbf, 3 },
        { 0xf0, 0xf0, 0x90, 0xbf, 4 },
        { 0xf1, 0xf3, 0x80, 0xbf, 4 },
        { 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/*
 * Return: the length of the character at @p, which is not ASCII; 0 if it is no UTF-8, or U+FFFE or U+FFFF.
 */
static size_t character_len(const unsigned char *p, size_t left)
{
        const struct Utf8Form *form = forms, *end = forms + sizeof(forms) / sizeof(forms[0]);
        while (form < end && (p[0] < form->first || p[0] > form->last))
                form++;
        if (form == end || left < form->len || p[1] < form->second_min || p[1] > form->second_max)
                return 0;
        for (size_t i = 2; i < form->len; i++)
                if ((p[i] & 0xc0) != 0x80)
                        return 0;
        return p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe ? 0 : form->len;
}

/* Return: the number of bytes that are written as they are. */
static size_t plain_len(const unsigned char *p, size_t left)
{
        size_t n = 0;
        while (n < left) {
                size_t len = is_plain(p[n])            ? 1
                             : p[n] >= FIRST_NOT_ASCII ? character_len(p + n, left - n)
                                                       : 0;
                if (len == 0)
                        break;
                n += len;
        }
        return n;
}

/* Appends what stands for bytes that are not written as they are. Return: the number of these bytes. */
static size_t write_other(Buffer *out, const unsigned char *p, size_t left)
{
        static const struct {
                char c;
                const char *reference;
        } references[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '\r', "&#13;" } };
        for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++)
                if (*p == references[i].c) {
                        buffer_puts(out, references[i].reference);
                        return 1;
                }
        if (*p < FIRST_NOT_ASCII)
                return 1;
        buffer_puts(out, "\xef\xbf\xbd");
        return left >= 3 && p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe && p[2] <= 0xbf ? 3 : 1;
}

void xml_text_write(Buffer *out, const char *text, size_t len)
{
        const unsigned char *p = (const unsigned char *)text, *end = p + len;
        while (p < end) {
                size_t n = plain_len(p, (size_t)(end - p));
                buffer_append(out, p, n);
                p += n;
                if (p < end)
                        p += write_other(out, p, (size_t)(end - p));
        }
}
