#include "base/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

enum { PIECE_SIZE = 4096, MARK_LEN = 3 };

/* Encodings by their first octets: the byte order mark, or "BE" of BEGIN. The longer come first. */
static const struct {
        const char *name;
        size_t len;
        unsigned char octets[8];
} BEGINNINGS[] = {
        { "UTF-32LE", 8, { 'B', 0, 0, 0, 'E', 0, 0, 0 } },
        { "UTF-32BE", 8, { 0, 0, 0, 'B', 0, 0, 0, 'E' } },
        { "UTF-16LE", 4, { 'B', 0, 'E', 0 } },
        { "UTF-16BE", 4, { 0, 'B', 0, 'E' } },
        { "UTF-32LE", 4, { 0xFF, 0xFE, 0, 0 } },
        { "UTF-32BE", 4, { 0, 0, 0xFE, 0xFF } },
        { "UTF-16LE", 2, { 0xFF, 0xFE } },
        { "UTF-16BE", 2, { 0xFE, 0xFF } },
};

static iconv_t open_converter(const char *name)
{
        static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return *name && name[strspn(name, allowed)] == '\0' ? iconv_open("UTF-8", name) : (iconv_t)-1;
}

bool charset_is(const char *name)
{
        iconv_t converter = open_converter(name);
        if (converter == (iconv_t)-1)
                return false;
        iconv_close(converter);
        return true;
}

const char *charset_of(const char *text, size_t len)
{
        for (size_t i = 0; i < sizeof(BEGINNINGS) / sizeof(BEGINNINGS[0]); i++)
                if (len >= BEGINNINGS[i].len && memcmp(text, BEGINNINGS[i].octets, BEGINNINGS[i].len) == 0)
                        return BEGINNINGS[i].name;
        return NULL;
}

bool charset_to_utf8(const char *name, const char *text, size_t len, Buffer *out)
{
        iconv_t converter = open_converter(name);
        char *from = (char *)text, piece[PIECE_SIZE];
        size_t start = out->len, left = len;
        if (converter == (iconv_t)-1)
                return false;
        while (left > 0) {
                char *to = piece;
                size_t room = sizeof(piece);
                size_t r = iconv(converter, &from, &left, &to, &room);
                buffer_append(out, piece, sizeof(piece) - room);
                if (r == (size_t)-1 && errno != E2BIG)
                        break;
        }
        iconv_close(converter);
        if (out->len >= start + MARK_LEN && memcmp(out->data + start, "\xEF\xBB\xBF", MARK_LEN) == 0)
                buffer_remove(out, start, MARK_LEN);
        return left == 0;
}
