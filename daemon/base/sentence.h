#pragma once

/* Finds where the sentences of a text end, by ICU's break iterator (Unicode Standard Annex 29, 5). */

#include <stddef.h>
#include <stdint.h>

/**
 * sentence_breaks() - find the offsets at which sentences begin, apart from the first one
 * @language: a tag; abbreviations that CLDR knows in this language end no sentence
 * @ret:      in octets, ascending; free() it
 *
 * Return: 0, -EFBIG for more than 2 GB, -ENOMEM.
 */
int sentence_breaks(const char *text, size_t len, const char *language, uint32_t **ret, size_t *ret_n);
