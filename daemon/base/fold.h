#pragma once

/*
 * A text as characters that a grammar can compare: digits of every script are ASCII, full-width forms are
 * plain ones, dashes are `-`, blanks are ' ', line breaks are '\n', letters are lower case (and ё is е).
 * Marks and invisible characters are left out, so that they hide nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct FoldedText {
        uint32_t *chars;   /* n of them, and a '\n' behind */
        uint32_t *offsets; /* of each character in the text, in octets; the one behind is the text's length */
        size_t n;
} FoldedText;

/**
 * folded_text_init() - octets that are no UTF-8 become U+FFFD each
 * Return: 0, -ENOMEM, -EFBIG for more than 4 GB; folded_text_done() it in any case.
 */
int folded_text_init(const char *text, size_t len, FoldedText *ret);
void folded_text_done(FoldedText *folded);

/** folded_is_letter() - of any script */
bool folded_is_letter(uint32_t c);
