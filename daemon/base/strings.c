#include "base/strings.h"

#define DECLARE(tag) extern const TextStrings text_strings_##tag;
LANGUAGES(DECLARE)
#define ROW(tag) [LANGUAGE_##tag] = &text_strings_##tag,
static const TextStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const TextStrings *text_strings(Language language)
{
        return table[language];
}
