#include "usage/strings.h"

#define DECLARE(tag) extern const UsageStrings usage_strings_##tag;
LANGUAGES(DECLARE)
#define ROW(tag) [LANGUAGE_##tag] = &usage_strings_##tag,
static const UsageStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const UsageStrings *usage_strings(Language language)
{
        return table[language];
}
