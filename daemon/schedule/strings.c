#include "schedule/strings.h"

#define DECLARE(tag) extern const ScheduleStrings schedule_strings_##tag;
LANGUAGES(DECLARE)
#define ROW(tag) [LANGUAGE_##tag] = &schedule_strings_##tag,
static const ScheduleStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const ScheduleStrings *schedule_strings(Language language)
{
        return table[language];
}
