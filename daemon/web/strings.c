#include "web/strings.h"

#define DECLARE(tag) extern const WebStrings web_strings_##tag;
LANGUAGES(DECLARE)

#define ROW(tag) [LANGUAGE_##tag] = &web_strings_##tag,
static const WebStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const WebStrings *web_strings(Language language)
{
        return table[language];
}

const char *web_word(const WebStrings *strings, WebWord word)
{
        return *(const char *const *)((const char *)strings + word);
}
