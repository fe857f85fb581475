#include "dav/strings.h"

#define DECLARE(tag) extern const DavStrings dav_strings_##tag;
LANGUAGES(DECLARE)

#define ROW(tag) [LANGUAGE_##tag] = &dav_strings_##tag,
static const DavStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const DavStrings *dav_strings(Language language)
{
        return table[language];
}
