#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

enum { JOINER = 0x200D };

/*
 * Returns the length, 2 to 4 octets, of the sequence at @s; 0 when it is malformed. The bounds of the second
 * octet depend on the first (RFC 3629, 4).
 */
static size_t sequence_length(const unsigned char *s, size_t left)
{
        unsigned char lead = s[0], low = 0x80, high = 0xBF;
        size_t len;
        if (lead >= 0xC2 && lead <= 0xDF)
                len = 2;
        else if (lead >= 0xE0 && lead <= 0xEF)
                len = 3;
        else if (lead >= 0xF0 && lead <= 0xF4)
                len = 4;
        else
                return 0;
        if (left < len)
                return 0;
        if (lead == 0xE0)
                low = 0xA0;
        else if (lead == 0xED)
                high = 0x9F;
        else if (lead == 0xF0)
                low = 0x90;
        else if (lead == 0xF4)
                high = 0x8F;
        if (s[1] < low || s[1] > high)
                return 0;
        for (size_t i = 2; i < len; i++)
                if ((s[i] & 0xC0) != 0x80)
                        return 0;
        return len;
}

/* Whether @s begins with a sequence of two octets: a shortcut for Russian letters. */
static bool is_pair(const unsigned char *s, size_t left)
{
        return left >= 2 && s[0] >= 0xC2 && s[0] <= 0xDF && (s[1] & 0xC0) == 0x80;
}

/*
 * Whether all of eight octets are 0x20 to 0x7E. A carry or borrow may reject a few valid words, which are
 * then checked octet by octet.
 */
static bool word_is_plain(const unsigned char *s)
{
        const uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;
        uint64_t word;
        memcpy(&word, s, sizeof(word));
        return ((word | (word - ones * 0x20) | (word + ones)) & high) == 0;
}

size_t utf8_plain_prefix(const char *text, size_t len)
{
        const unsigned char *s = (const unsigned char *)text;
        size_t i = 0;
        while (i < len) {
                if (len - i >= 8 && word_is_plain(s + i)) {
                        i += 8;
                        continue;
                }
                if (s[i] < 0x80) {
                        if ((s[i] < 0x20 && s[i] != '\t') || s[i] == 0x7F)
                                return i;
                        i++;
                        continue;
                }
                size_t n = is_pair(s + i, len - i) ? 2 : sequence_length(s + i, len - i);
                if (n == 0)
                        return i;
                i += n;
        }
        return len;
}

typedef struct CodeRange {
        uint32_t first, last;
} CodeRange;

/*
 * Characters that combine with the one before (Unicode's Mn, Me and similar). Those of the scripts of India
 * are in is_indic_mark().
 */
static const CodeRange marks[] = {
        { 0x0300, 0x036F },
        { 0x0483, 0x0489 },
        { 0x0591, 0x05BD },
        { 0x05BF, 0x05BF },
        { 0x05C1, 0x05C2 },
        { 0x05C4, 0x05C5 },
        { 0x05C7, 0x05C7 },
        { 0x0610, 0x061A },
        { 0x064B, 0x065F },
        { 0x0670, 0x0670 },
        { 0x06D6, 0x06DC },
        { 0x06DF, 0x06E4 },
        { 0x06E7, 0x06E8 },
        { 0x06EA, 0x06ED },
        { 0x0711, 0x0711 },
        { 0x0730, 0x074A },
        { 0x07A6, 0x07B0 },
        { 0x07EB, 0x07F3 },
        { 0x0816, 0x082D },
        { 0x0859, 0x085B },
        { 0x08CA, 0x08FF },
        { 0x0E31, 0x0E31 },
        { 0x0E34, 0x0E3A },
        { 0x0E47, 0x0E4E },
        { 0x0EB1, 0x0EB1 },
        { 0x0EB4, 0x0EBC },
        { 0x0EC8, 0x0ECE },
        { 0x0F18, 0x0F19 },
        { 0x0F35, 0x0F39 },
        { 0x0F71, 0x0F84 },
        { 0x0F8D, 0x0FBC },
        { 0x102B, 0x103E },
        { 0x135D, 0x135F },
        { 0x17B4, 0x17D3 },
        { 0x180B, 0x180F },
        { 0x1AB0, 0x1ACE },
        { 0x1DC0, 0x1DFF },
        { 0x200C, 0x200D },
        { 0x20D0, 0x20F0 },
        { 0x2CEF, 0x2CF1 },
        { 0x2DE0, 0x2DFF },
        { 0x302A, 0x302F },
        { 0x3099, 0x309A },
        { 0xA66F, 0xA67D },
        { 0xFE00, 0xFE0F },
        { 0xFE20, 0xFE2F },
        { 0x1F3FB, 0x1F3FF },
        { 0xE0020, 0xE007F },
        { 0xE0100, 0xE01EF },
};

static bool is_indic_mark(uint32_t c)
{
        if (c < 0x0900 || c > 0x0DFF)
                return false;
        uint32_t place = c & 0x7F;
        return place <= 0x03 || (place >= 0x3A && place <= 0x57 && place != 0x3D && place != 0x50) ||
               place == 0x62 || place == 0x63;
}

static bool is_mark(uint32_t c)
{
        if (c < 0x0300)
                return false;
        for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]) && marks[i].first <= c; i++)
                if (c <= marks[i].last)
                        return true;
        return is_indic_mark(c);
}

static bool is_continuation(char c)
{
        return ((unsigned char)c & 0xC0) == 0x80;
}

static uint32_t code_point_at(const char *text, size_t left)
{
        const unsigned char *s = (const unsigned char *)text;
        size_t len = s[0] < 0x80 ? 1 : sequence_length(s, left);
        switch (len) {
        case 2:
                return (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
        case 3:
                return (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
        case 4:
                return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 |
                       (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
        default:
                return s[0];
        }
}

static bool follows_joiner(const char *text, size_t at)
{
        return at >= 3 && code_point_at(text + at - 3, 3) == JOINER;
}

size_t utf8_cut(const char *text, size_t len, size_t max)
{
        if (len <= max)
                return len;
        size_t between_characters = 0;
        for (size_t at = max; at > 0; at--) {
                if (is_continuation(text[at]))
                        continue;
                if (between_characters == 0)
                        between_characters = at;
                if (!is_mark(code_point_at(text + at, len - at)) && !follows_joiner(text, at))
                        return at;
        }
        return between_characters;
}

/* Returns the length of the well-formed UTF-8 at the start of a text, control characters included. */
static size_t well_formed_prefix(const char *text, size_t len)
{
        size_t n = 0;
        while (n < len) {
                size_t plain = utf8_plain_prefix(text + n, len - n);
                n += plain;
                if (plain == 0 && (unsigned char)text[n] >= 0x80)
                        break;
                n += n < len && (unsigned char)text[n] < 0x80;
        }
        return n;
}

size_t utf8_append_repaired(Buffer *out, const char *text, size_t len)
{
        size_t n_replaced = 0;
        for (size_t at = 0; at < len; at++) {
                size_t n = well_formed_prefix(text + at, len - at);
                buffer_append(out, text + at, n);
                at += n;
                if (at == len)
                        break;
                buffer_puts(out, "\xef\xbf\xbd"); /* U+FFFD */
                n_replaced++;
        }
        return n_replaced;
}
