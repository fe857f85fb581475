#pragma once

/*
 * The letters by which the language of a text is recognized, and the algorithm for the stems of its words.
 * Each language has a file strings-LANGUAGE.c (base/language.h).
 */

#include "base/language.h"

typedef struct CatalogStrings {
        /*
         * The first and the last letter, in the order of Unicode, of the script of this language. A text in
         * the script counts as this language, unless a LANGUAGE parameter names another. "" if several of
         * the program's languages share the script.
         */
        const char *first_letter, *last_letter;
        const char *stemmer; /* the name of Snowball's algorithm; "" for none */

        /*
         * Some forms of a word have a vowel between its last two consonants, and others do not. Such a vowel
         * is left out of the stem if it is among `fleeting`, the letter after it among `after_fleeting`, and
         * the letter before it among `consonants`. "" for none.
         */
        const char *fleeting, *after_fleeting;
        const char *consonants;

        /* ASCII letters, each followed by the letter of the script that looks the same; "" for none */
        const char *look_alikes;
} CatalogStrings;

/** catalog_strings() - return the strings of a language; static */
const CatalogStrings *catalog_strings(Language language);
