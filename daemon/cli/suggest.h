#pragma once

/* Names that resemble a mistyped one: of commands, kinds, options. */

#include <stddef.h>

/**
 * suggest_name() - find the name with the fewest typing errors: letters left out, added, replaced or
 * swapped with the next (Damerau-Levenshtein distance, optimal string alignment). ASCII case is ignored.
 * @name: called with 0, 1, ... until it returns NULL; the names are borrowed
 *
 * Return: NULL if every name has more errors than one plus a third of the letters of @word.
 */
const char *suggest_name(const char *word, const char *(*name)(size_t index, const void *userdata),
                const void *userdata);
