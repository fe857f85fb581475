#include "draft/strings.h"

#define DECLARE(tag) extern const DraftStrings draft_strings_##tag;
LANGUAGES(DECLARE)
#define ROW(tag) [LANGUAGE_##tag] = &draft_strings_##tag,
static const DraftStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const DraftStrings *draft_strings(Language language)
{
        return table[language];
}
