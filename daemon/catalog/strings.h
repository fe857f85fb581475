#pragma once

/* How a text's letters tell its language: one file strings-LANGUAGE.c for each (base/language.h). */

#include "base/language.h"

typedef struct CatalogStrings {
        /* First and last letter, by Unicode, of a script whose texts are taken to be in this language unless they say
         * another one; "" where several of the languages share the script. */
        const char *first_letter, *last_letter;
} CatalogStrings;

/** catalog_strings() - never freed. */
const CatalogStrings *catalog_strings(Language language);
