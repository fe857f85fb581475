#include "catalog/word-split.h"

#include <ctype.h>
#include <string.h>

/*
 * Quotation marks separate words, because a name may be written with «», with "" or without them. In a
 * folded text every other blank has become U+0020.
 */
static const char *const separators[] = { " ", "\t", "\r", "\n", "\"", "«", "»", "„", "“", "”" };

static size_t separator_length(const char *text)
{
        for (size_t i = 0; i < sizeof(separators) / sizeof(*separators); i++) {
                size_t len = strlen(separators[i]);
                if (strncmp(text, separators[i], len) == 0)
                        return len;
        }
        return 0;
}

/* Whether an octet belongs to a letter or digit. U+2000 to U+207F, dashes among them, do not. */
static bool is_letter(const char *c)
{
        unsigned char byte = (unsigned char)*c;
        if (byte == 0xe2 && ((unsigned char)c[1] == 0x80 || (unsigned char)c[1] == 0x81))
                return false;
        return byte >= 0x80 || isalnum(byte);
}

static size_t other_length(const char *c)
{
        return (unsigned char)*c == 0xe2 && c[1] && c[2] ? 3 : 1;
}

const char *word_split_part(const char **word, const char *end, size_t *ret_len)
{
        const char *c = *word;
        while (c < end && !is_letter(c))
                c += other_length(c);
        const char *start = c;
        while (c < end && is_letter(c))
                c++;
        *word = c;
        *ret_len = c > start ? (size_t)(c - start) : 0;
        return *ret_len > 0 ? start : NULL;
}

/* Cuts the punctuation off both ends of a word. */
static const char *trim(const char *word, const char *end, size_t *ret_len)
{
        const char *first = NULL, *last = NULL, *part, *rest = word;
        while ((part = word_split_part(&rest, end, ret_len))) {
                first = first ? first : part;
                last = part + *ret_len;
        }
        *ret_len = first ? (size_t)(last - first) : 0;
        return first;
}

const char *word_split_next(const char **text, size_t *ret_len)
{
        const char *c = *text, *word = NULL;
        while (*c && !word) {
                size_t len;
                while ((len = separator_length(c)) > 0)
                        c += len;
                const char *start = c;
                while (*c && separator_length(c) == 0)
                        c++;
                word = trim(start, c, ret_len);
        }
        *text = c;
        return word;
}
