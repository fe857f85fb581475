#pragma once

/*
 * Guesses the encoding of a text in Russian or English, by ICU's detector: the bytes themselves do not say
 * whether they are windows-1251 or KOI8-R.
 */

#include <stddef.h>

/**
 * charset_guess() - find the encoding of a text, UTF-8 among them
 *
 * A text that is valid UTF-8 is taken to be in UTF-8. Of others, UTF-16 and UTF-32 are recognised by
 * charset_of(); the single-octet encodings by the frequency of their letters.
 *
 * Return: a name for charset_to_utf8(), static; "UTF-8" also for ASCII; NULL if it is in none of these.
 */
const char *charset_guess(const char *text, size_t len);
