#pragma once

/*
 * The details of a language's dates, and its quotation marks and dash, which do not come from ICU. There is
 * one file strings-LANGUAGE.c for each language (base/language.h).
 */

#include "base/language.h"

typedef struct TextStrings {
        const char *locale; /* ICU's name of the language in the country whose customs are followed */

        /*
         * Patterns (Unicode Technical Standard 35, part 4). With NULL the pattern is ICU's own, which ICU
         * needs 0.4 ms to find.
         */
        const char *day;   /* a day of a month */
        const char *month; /* a month with its year, as a heading */

        const char *open_quote, *close_quote;             /* around a quotation */
        const char *open_inner_quote, *close_inner_quote; /* around a quotation within another one */
        const char *dash;                                 /* between words, with a blank on each side */
} TextStrings;

/** text_strings() - get the strings of a language; static, never NULL. */
const TextStrings *text_strings(Language language);
