#include "catalog/look-alike.h"

#include "catalog/strings.h"
#include "catalog/text.h"
#include "catalog/word-split.h"

#include <ctype.h>
#include <string.h>

enum { PART_BYTES = 256 };

typedef struct Copy {
        char *text;
        size_t len, size;
} Copy;

static void append(Copy *copy, const char *text, size_t len)
{
        size_t room = copy->size - 1 - copy->len, kept = len < room ? len : room;
        memcpy(copy->text + copy->len, text, kept);
        copy->len += kept;
}

/*
 * Returns the letter of the other script that looks like an ASCII letter; NULL if there is none. @pairs: as
 * CatalogStrings.look_alikes
 */
static const char *twin_of(const char *pairs, char letter, size_t *ret_len)
{
        const char *at = strchr(pairs, letter);
        *ret_len = 0;
        while (at && (unsigned char)at[1 + *ret_len] >= 0x80)
                (*ret_len)++;
        return at ? at + 1 : NULL;
}

/* Returns the pairs for a part of a word that has letters of both scripts; NULL for another part. */
static const char *pairs_for(const char *part, size_t len)
{
        char text[PART_BYTES];
        size_t kept = len < sizeof(text) - 1 ? len : sizeof(text) - 1;
        bool has_ascii = false;
        memcpy(text, part, kept);
        text[kept] = '\0';
        for (size_t i = 0; i < kept; i++)
                has_ascii = has_ascii || isalpha((unsigned char)text[i]);
        const char *tag = has_ascii ? catalog_text_script(text) : "";
        return *tag ? catalog_strings(language_of(tag))->look_alikes : NULL;
}

static void append_part(Copy *copy, const char *part, size_t len)
{
        const char *pairs = pairs_for(part, len);
        size_t twin_len;
        for (size_t i = 0; i < len; i++) {
                bool is_letter = pairs && isalpha((unsigned char)part[i]);
                const char *twin = is_letter ? twin_of(pairs, part[i], &twin_len) : NULL;
                append(copy, twin ? twin : part + i, twin ? twin_len : 1);
        }
}

void look_alike_copy(const char *word, size_t len, char *ret, size_t size)
{
        Copy copy = { ret, 0, size };
        const char *end = word + len, *rest = word, *last = word, *part;
        size_t part_len;
        while ((part = word_split_part(&rest, end, &part_len))) {
                append(&copy, last, (size_t)(part - last));
                append_part(&copy, part, part_len);
                last = part + part_len;
        }
        append(&copy, last, (size_t)(end - last));
        ret[copy.len] = '\0';
}
