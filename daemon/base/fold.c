#include "base/fold.h"

#include <errno.h>
#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf8.h>

enum {
        FULL_WIDTH_FIRST = 0xFF01, /* full-width ! to ~ */
        FULL_WIDTH_LAST = 0xFF5E,
        FULL_WIDTH_SHIFT = 0xFEE0,
        REPLACEMENT = 0xFFFD,
        LEFT_OUT = 0,
};

/* Characters that are read as a full stop in numbers and domains (RFC 3490, 3.1). */
static bool is_dot(UChar32 c)
{
        return c == 0x00B7 || c == 0x2022 || c == 0x2024 || c == 0x2027 || c == 0x3002 || c == 0xFF61;
}

static bool is_invisible(UChar32 c)
{
        int8_t type = u_charType(c);
        return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR;
}

static uint32_t fold_ascii(UChar32 c)
{
        if (c >= 'A' && c <= 'Z')
                return (uint32_t)(c + 'a' - 'A');
        if (c == '\n' || c == '\r' || c == '\f' || c == '\v')
                return '\n';
        return c == '\t' ? ' ' : c == LEFT_OUT ? REPLACEMENT : (uint32_t)c;
}

/* Lower-case Russian letters except ё: most letters of a Russian text, which need no folding. */
static bool is_plain_cyrillic(UChar32 c)
{
        return c >= 0x0430 && c <= 0x044F;
}

static uint32_t fold(UChar32 c)
{
        if (c < 0x80)
                return fold_ascii(c);
        if (is_plain_cyrillic(c))
                return (uint32_t)c;
        if (c >= FULL_WIDTH_FIRST && c <= FULL_WIDTH_LAST)
                return fold_ascii(c - FULL_WIDTH_SHIFT);
        if (u_charDigitValue(c) >= 0)
                return (uint32_t)('0' + u_charDigitValue(c));
        if (c == 0x2028 || c == 0x2029 || c == 0x0085)
                return '\n';
        if (is_invisible(c))
                return LEFT_OUT;
        if (u_isUWhiteSpace(c))
                return ' ';
        if (u_hasBinaryProperty(c, UCHAR_DASH))
                return '-';
        c = u_tolower(c);
        return is_dot(c) ? '.' : c == 0x0451 ? 0x0435 : (uint32_t)c;
}

void folded_text_done(FoldedText *folded)
{
        free(folded->chars);
        free(folded->offsets);
        *folded = (FoldedText){ .n = 0 };
}

int folded_text_init(const char *text, size_t len, FoldedText *ret)
{
        *ret = (FoldedText){ .chars = calloc(len + 1, sizeof(*ret->chars)),
                .offsets = calloc(len + 1, sizeof(*ret->offsets)) };
        if (!ret->chars || !ret->offsets)
                return -ENOMEM;
        if (len > UINT32_MAX)
                return -EFBIG;
        const uint8_t *octets = (const uint8_t *)text;
        for (size_t at = 0; at < len;) {
                size_t begin = at;
                UChar32 c;
                U8_NEXT(octets, at, len, c);
                uint32_t folded = c < 0 ? REPLACEMENT : fold(c);
                if (folded == LEFT_OUT)
                        continue;
                ret->chars[ret->n] = folded;
                ret->offsets[ret->n++] = (uint32_t)begin;
        }
        ret->chars[ret->n] = '\n';
        ret->offsets[ret->n] = (uint32_t)len;
        return 0;
}

uint32_t folded_base(uint32_t c)
{
        /* Letters with a stroke, which Unicode does not decompose. */
        static const struct {
                uint32_t letter, base;
        } strokes[] = { { 0x0142, 'l' }, { 0x00F8, 'o' }, { 0x0111, 'd' }, { 0x0131, 'i' } };
        UErrorCode code = U_ZERO_ERROR;
        UChar units[8];
        for (size_t i = 0; i < sizeof(strokes) / sizeof(strokes[0]); i++)
                if (strokes[i].letter == c)
                        return strokes[i].base;
        if (c < 0x80)
                return c;
        const UNormalizer2 *nfd = unorm2_getNFDInstance(&code);
        int32_t n = U_SUCCESS(code) ? unorm2_getDecomposition(nfd, (UChar32)c, units, 8, &code) : 0;
        return U_SUCCESS(code) && n > 0 && units[0] >= 'a' && units[0] <= 'z' ? units[0] : c;
}

bool folded_is_letter(uint32_t c)
{
        return c < 0x80 ? c >= 'a' && c <= 'z' : is_plain_cyrillic((UChar32)c) || u_isalpha((UChar32)c);
}
