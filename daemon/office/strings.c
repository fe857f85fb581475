#include "office/strings.h"

#define DECLARE(tag) extern const OfficeStrings office_strings_##tag;
LANGUAGES(DECLARE)

#define ROW(tag) [LANGUAGE_##tag] = &office_strings_##tag,
static const OfficeStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const OfficeStrings *office_strings(Language language)
{
        return table[language];
}

const char *office_word(const OfficeStrings *strings, OfficeWord word)
{
        return *(const char *const *)((const char *)strings + word);
}
