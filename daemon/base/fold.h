#pragma once

/*
 * A text normalized for parsers. Digits of every script become ASCII, full-width forms become plain
 * characters, dashes `-`, blanks ' ', line breaks '\n', letters lower case (and ё becomes е). Marks and
 * invisible characters are left out, so that they cannot hide a word.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct FoldedText {
        uint32_t *chars;   /* n characters, and a '\n' after them */
        uint32_t *offsets; /* octet at which each character begins in the text; then the text's length */
        size_t n;
} FoldedText;

/**
 * folded_text_init() - fold a text; each octet that is not UTF-8 becomes U+FFFD
 * Return: 0, -ENOMEM, -EFBIG for more than 4 GB. In every case the caller must call folded_text_done().
 */
int folded_text_init(const char *text, size_t len, FoldedText *ret);
void folded_text_done(FoldedText *folded);

/** folded_base() - a Latin letter without its marks: 'n' for ń, 'l' for ł; any other character itself */
uint32_t folded_base(uint32_t c);

/** folded_is_letter() - whether a folded character is a letter of any script. */
bool folded_is_letter(uint32_t c);
