#include "access/strings.h"

#define DECLARE(tag) extern const AccessStrings access_strings_##tag;
LANGUAGES(DECLARE)
#define ROW(tag) [LANGUAGE_##tag] = &access_strings_##tag,
static const AccessStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const AccessStrings *access_strings(Language language)
{
        return table[language];
}
