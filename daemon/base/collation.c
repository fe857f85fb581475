/*
 * i;unicode-casemap replaces each character by its titlecase form and then by its decomposition, as
 * UnicodeData.txt has them, until neither changes anything (RFC 5051, 2). ICU has both for one character.
 * Hangul syllables have no decomposition in UnicodeData.txt: it is computed, and is not applied here.
 */

#include "base/collation.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

enum {
        UNITS_MAX = 64, /* the longest decomposition has 18 (U+FDFA) */
        ROUNDS_MAX = 4, /* titlecase forms and decompositions that follow one from the other */
        HANGUL_FIRST = 0xAC00,
        HANGUL_LAST = 0xD7A3,
};

static const char *const names[COLLATIONS_N] = {
        [COLLATION_ASCII] = "i;ascii-casemap",
        [COLLATION_OCTET] = "i;octet",
        [COLLATION_UNICODE] = "i;unicode-casemap",
};

bool collation_find(const char *name, Collation *ret)
{
        for (int i = 0; i < COLLATIONS_N; i++)
                if (strcmp(names[i], name) == 0) {
                        *ret = (Collation)i;
                        return true;
                }
        return false;
}

const char *collation_name(Collation collation)
{
        return names[collation];
}

static void append_character(Buffer *out, UChar32 c)
{
        uint8_t bytes[U8_MAX_LENGTH];
        size_t n = 0;
        U8_APPEND_UNSAFE(bytes, n, c);
        buffer_append(out, bytes, n);
}

static void fold_character(const UNormalizer2 *decompose, UChar32 c, int round, Buffer *out)
{
        UErrorCode code = U_ZERO_ERROR;
        UChar units[UNITS_MAX];
        UChar32 title = u_totitle(c);
        bool computed = title >= HANGUL_FIRST && title <= HANGUL_LAST;
        int32_t n = round == ROUNDS_MAX || computed
                                    ? -1
                                    : unorm2_getDecomposition(decompose, title, units, UNITS_MAX, &code);
        if (n < 0 || U_FAILURE(code)) {
                append_character(out, title);
                return;
        }
        for (int32_t i = 0; i < n;) {
                UChar32 part;
                U16_NEXT(units, i, n, part);
                fold_character(decompose, part, round + 1, out);
        }
}

static char ascii_upper(char c)
{
        return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static void fold_ascii(const char *text, size_t len, Buffer *out)
{
        size_t at = out->len;
        buffer_append(out, text, len);
        if (buffer_error(out))
                return;
        for (size_t i = at; i < out->len; i++)
                out->data[i] = ascii_upper(out->data[i]);
}

static void fold_unicode(const char *text, size_t len, Buffer *out)
{
        UErrorCode code = U_ZERO_ERROR;
        const UNormalizer2 *decompose = unorm2_getNFKDInstance(&code);
        if (U_FAILURE(code)) {
                fold_ascii(text, len, out);
                return;
        }
        for (size_t i = 0; i < len;) {
                size_t begin = i;
                UChar32 c;
                U8_NEXT(text, i, len, c);
                if (c < 0)
                        buffer_append(out, text + begin, i - begin);
                else if (c < 0x80)
                        buffer_putc(out, ascii_upper((char)c));
                else
                        fold_character(decompose, c, 0, out);
        }
}

void collation_fold(Collation collation, const char *text, size_t len, Buffer *out)
{
        if (collation == COLLATION_OCTET)
                buffer_append(out, text, len);
        else if (collation == COLLATION_ASCII)
                fold_ascii(text, len, out);
        else
                fold_unicode(text, len, out);
}

bool collation_matches(
                CollationMatch match, const char *text, size_t len, const char *pattern, size_t pattern_len)
{
        if (pattern_len > len)
                return false;
        switch (match) {
        case COLLATION_EQUALS:
                return len == pattern_len && memcmp(text, pattern, len) == 0;
        case COLLATION_STARTS_WITH:
                return memcmp(text, pattern, pattern_len) == 0;
        case COLLATION_ENDS_WITH:
                return memcmp(text + len - pattern_len, pattern, pattern_len) == 0;
        default:
                return pattern_len == 0 || memmem(text, len, pattern, pattern_len) != NULL;
        }
}
