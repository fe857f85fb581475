#pragma once

/* What tells a language's texts from others', a file strings-LANGUAGE.c for each (base/language.h). */

#include "base/language.h"

typedef struct CatalogStrings {
        /* The first and the last letter, by Unicode, of a script whose texts are taken to be in this language unless they say another one; "" for
         * a script that several of the languages write. */
        const char *first_letter, *last_letter;
} CatalogStrings;

/** catalog_strings() - never freed. */
const CatalogStrings *catalog_strings(Language language);
