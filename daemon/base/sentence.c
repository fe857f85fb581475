#include "base/sentence.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

enum { LOCALE_BYTES = 64 };

/* Collects the breaks of an iterator that is set on its text. */
static int collect(UBreakIterator *iterator, size_t len, uint32_t **ret, size_t *ret_n)
{
        size_t n = 0, allocated = 64;
        uint32_t *breaks = malloc(allocated * sizeof(*breaks));
        for (int32_t at = ubrk_next(iterator); breaks && at != UBRK_DONE && (size_t)at < len;
                        at = ubrk_next(iterator)) {
                if (n == allocated) {
                        uint32_t *larger = realloc(breaks, 2 * allocated * sizeof(*breaks));
                        if (!larger)
                                free(breaks);
                        breaks = larger;
                        allocated *= 2;
                }
                if (breaks)
                        breaks[n++] = (uint32_t)at;
        }
        if (!breaks)
                return -ENOMEM;
        *ret = breaks;
        *ret_n = n;
        return 0;
}

int sentence_breaks(const char *text, size_t len, const char *language, uint32_t **ret, size_t *ret_n)
{
        UErrorCode status = U_ZERO_ERROR;
        UText content = UTEXT_INITIALIZER;
        char locale[LOCALE_BYTES];
        if (len > INT32_MAX)
                return -EFBIG;
        snprintf(locale, sizeof(locale), "%s@ss=standard", language);
        UBreakIterator *iterator = ubrk_open(UBRK_SENTENCE, locale, NULL, 0, &status);
        utext_openUTF8(&content, text, (int64_t)len, &status);
        if (U_SUCCESS(status))
                ubrk_setUText(iterator, &content, &status);
        int r = U_SUCCESS(status) ? collect(iterator, len, ret, ret_n) : -ENOMEM;
        ubrk_close(iterator);
        utext_close(&content);
        return r;
}
