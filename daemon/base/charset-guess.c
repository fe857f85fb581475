#include "base/charset-guess.h"

#include "base/charset.h"
#include "base/cleanup.h"

#include <string.h>
#include <unicode/ucsdet.h>
#include <unicode/utf8.h>

/* The beginning of a text is enough; ICU itself reads no more than about this. */
enum { SAMPLE_BYTES = 64 * 1024, CHARSETS_N = 7, WIDE_SHARE = 32 };

/* ICU's names of the encodings that people here use. */
static const char *const charsets[CHARSETS_N] = { "windows-1251", "KOI8-R", "ISO-8859-5", "windows-1252",
        "ISO-8859-1", "windows-1250", "ISO-8859-2" };

static void close_detector(UCharsetDetector **detector)
{
        ucsdet_close(*detector);
}

static bool is_utf8(const char *text, size_t len)
{
        for (size_t i = 0; i < len;) {
                UChar32 c;
                U8_NEXT(text, i, len, c);
                if (c < 0)
                        return false;
        }
        return true;
}

/*
 * Copies the octets above 127, with a blank for what is between them. The detector counts sequences of
 * letters; in a table, long ASCII columns would outvote them.
 */
static size_t sample_letters(const char *text, size_t len, char *ret)
{
        size_t n = 0;
        for (size_t i = 0; i < len && n < SAMPLE_BYTES; i++) {
                bool is_high = (unsigned char)text[i] >= 0x80;
                if (is_high || (n > 0 && ret[n - 1] != ' '))
                        ret[n++] = is_high ? text[i] : ' ';
        }
        return n;
}

/*
 * Returns the byte order of UTF-16 without a mark, by the place of the zero octets of ASCII characters, of
 * which a table has many: at least one in WIDE_SHARE octets, in one place of each pair. Returns NULL for
 * another text; a few zero octets make no UTF-16.
 */
static const char *find_wide(const char *text, size_t len)
{
        size_t zeros[2] = { 0 }, n = len < SAMPLE_BYTES ? len : SAMPLE_BYTES;
        for (size_t i = 0; i < n; i++)
                zeros[i % 2] += text[i] == '\0';
        bool is_big = zeros[0] > zeros[1];
        size_t most = zeros[!is_big], least = zeros[is_big];
        if (len % 2 != 0 || most == 0 || most * WIDE_SHARE < n || least * WIDE_SHARE > most)
                return NULL;
        return is_big ? "UTF-16BE" : "UTF-16LE";
}

static const char *find_charset(const char *name)
{
        for (size_t i = 0; i < CHARSETS_N; i++)
                if (strcmp(charsets[i], name) == 0)
                        return charsets[i];
        return NULL;
}

/* Returns the best of the detector's matches that is in the table. */
static const char *detect(UCharsetDetector *detector, const char *text, size_t len)
{
        UErrorCode code = U_ZERO_ERROR;
        int32_t n = 0;
        const char *found = NULL;
        ucsdet_setText(detector, text, (int32_t)len, &code);
        const UCharsetMatch **matches = ucsdet_detectAll(detector, &n, &code);
        for (int32_t i = 0; U_SUCCESS(code) && !found && i < n; i++)
                found = find_charset(ucsdet_getName(matches[i], &code));
        return U_SUCCESS(code) ? found : NULL;
}

const char *charset_guess(const char *text, size_t len)
{
        UErrorCode code = U_ZERO_ERROR;
        const char *wide = charset_of(text, len);
        if (!wide)
                wide = find_wide(text, len);
        if (wide || is_utf8(text, len))
                return wide ? wide : "UTF-8";
        CLEANUP(close_detector) UCharsetDetector *detector = ucsdet_open(&code);
        CLEANUP(cleanup_free) char *sample = malloc(SAMPLE_BYTES);
        return U_SUCCESS(code) && sample ? detect(detector, sample, sample_letters(text, len, sample))
                                         : NULL;
}
