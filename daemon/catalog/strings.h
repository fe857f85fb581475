#pragma once

/*
 * The letters by which the language of a text is recognized, and the algorithm for the stems of its words.
 * Each language has a file strings-LANGUAGE.c (base/language.h).
 */

#include "base/language.h"

typedef struct CatalogStrings {
        /*
         * The first and the last letter, in the order of Unicode, of the script of this language. A text in
         * the script counts as this language, unless it is marked otherwise. "" if several of the program's
         * languages share the script.
         */
        const char *first_letter, *last_letter;
        const char *stemmer; /* the name of Snowball's algorithm; "" for none */

        /*
         * A vowel that some forms of a word have between its last two consonants and others do not: the stem
         * is the one without it, if the vowel is among `fleeting` and the last letter among
         * `after_fleeting`. "" for none.
         */
        const char *fleeting, *after_fleeting;
        const char *consonants; /* one of them stands before such a vowel */

        /* Letters of ASCII, each with the one of the script that looks alike behind it; "" for none */
        const char *look_alikes;
} CatalogStrings;

/** catalog_strings() - return the strings of a language; static */
const CatalogStrings *catalog_strings(Language language);
