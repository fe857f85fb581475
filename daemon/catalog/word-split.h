#pragma once

/* Private to catalog/: splits folded texts into words. */

#include <stdbool.h>
#include <stddef.h>

/**
 * word_split_next() - find the next word: what stands between blanks and quotation marks, without the
 * punctuation around it. Hyphens and dots within it are parts of it.
 * @text:    advanced behind the word
 * @ret_len: its length in octets
 *
 * Return: the word, not ended by NUL; NULL after the last one.
 */
const char *word_split_next(const char **text, size_t *ret_len);

/** word_split_part() - find the next run of letters and digits in a word. Return: as word_split_next(). */
const char *word_split_part(const char **word, const char *end, size_t *ret_len);
