#pragma once

/*
 * The letters that show the language of a text: one file strings-LANGUAGE.c for each language
 * (base/language.h).
 */

#include "base/language.h"

typedef struct CatalogStrings {
        /*
         * First and last letter, by Unicode, of a script whose texts count as this language unless marked
         * otherwise; "" if several of the languages share the script.
         */
        const char *first_letter, *last_letter;
} CatalogStrings;

/** catalog_strings() - return the strings of a language; static */
const CatalogStrings *catalog_strings(Language language);
