#include "mail/encoded-word.h"

#include "base/utf8.h"

#include <glib.h>
#include <string.h>

/* With this limit a line of one word after the longest header name is within 76 columns (RFC 2047, 2). */
enum { WORD_BYTES = 39 };

bool encoded_word_needed(const char *text)
{
        return !g_str_is_ascii(text) || strstr(text, "=?");
}

static size_t word_length(const char *text, size_t len)
{
        size_t longest = utf8_cut(text, len, WORD_BYTES), n = longest;
        while (n > 0 && n < len && n % 3 != 0)
                n = utf8_cut(text, len, n - 1);
        return n > 0 ? n : longest;
}

void encoded_word_append(Buffer *out, const char *text)
{
        for (size_t len = strlen(text), n, words = 0; len > 0; text += n, len -= n) {
                n = word_length(text, len);
                char *base64 = g_base64_encode((const guchar *)text, n);
                buffer_printf(out, "%s =?utf-8?B?%s?=", words++ > 0 ? "\r\n" : "", base64);
                g_free(base64);
        }
}
