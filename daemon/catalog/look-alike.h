#pragma once

/*
 * Private to catalog/: corrects ASCII letters that were typed instead of letters of another script that look
 * the same, such as the first letter of "Cаранск".
 */

#include <stddef.h>

/**
 * look_alike_copy() - copy a word. In each of its parts (word_split_part()) that also has letters of the
 * other script, such letters are replaced by that script's (catalog/strings.h).
 * @word: folded, @len octets, not ended by NUL
 * @ret:  @size octets, with the NUL; the rest of a longer word is left out
 */
void look_alike_copy(const char *word, size_t len, char *ret, size_t size);
