#include "feed/strings.h"

#define DECLARE(tag) extern const FeedStrings feed_strings_##tag;
LANGUAGES(DECLARE)

#define ROW(tag) [LANGUAGE_##tag] = &feed_strings_##tag,
static const FeedStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const FeedStrings *feed_strings(Language language)
{
        return table[language];
}
