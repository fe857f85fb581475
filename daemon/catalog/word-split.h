#pragma once

/* Private to catalog/: splits folded texts into words. */

#include <stdbool.h>
#include <stddef.h>

/**
 * word_split_next() - find the next word: the text between blanks and quotation marks, without the
 * punctuation at its ends. Hyphens and dots within the word are parts of it.
 * @text:    moved to the text after the word
 * @ret_len: the length of the word in octets
 *
 * Return: the word, not ended by NUL; NULL after the last one.
 */
const char *word_split_next(const char **text, size_t *ret_len);

/**
 * word_split_part() - find the next run of letters and digits in a word
 * @word:    moved to the text after the run
 * @end:     the end of the word
 * @ret_len: the length of the run in octets
 *
 * Return: the run, not ended by NUL; NULL after the last one.
 */
const char *word_split_part(const char **word, const char *end, size_t *ret_len);
