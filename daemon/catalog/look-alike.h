#pragma once

/*
 * Private to catalog/: letters of ASCII that were typed for letters of another script that look alike, as
 * the first one of "Cаранск".
 */

#include <stddef.h>

/**
 * look_alike_copy() - copy a word, and replace such letters (catalog/strings.h) in each part that also has
 * letters of the other script
 * @word: folded, @len octets, not ended by NUL
 * @ret:  @size octets; the rest of a longer word is left out
 */
void look_alike_copy(const char *word, size_t len, char *ret, size_t size);
