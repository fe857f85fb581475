#include "meet/strings.h"

#define DECLARE(tag) extern const MeetStrings meet_strings_##tag;
LANGUAGES(DECLARE)
#define ROW(tag) [LANGUAGE_##tag] = &meet_strings_##tag,
static const MeetStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const MeetStrings *meet_strings(Language language)
{
        return table[language];
}
