#pragma once

/* The words of a language's press texts, and how a draft's reasons are said (base/language.h). */

#include "base/language.h"
#include "draft/why.h"
#include "draft/words.h"

typedef struct DraftStrings {
        const LexiconEntry *words;
        const char *why[DRAFT_WHY_N];
} DraftStrings;

/** draft_strings() - get the strings of a language; static */
const DraftStrings *draft_strings(Language language);
