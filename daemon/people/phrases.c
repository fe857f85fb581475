#include "people/phrases.h"

#define DECLARE(tag)                                                                                        \
        extern const Phrase base_phrases_##tag[], calendar_phrases_##tag[], contact_phrases_##tag[],        \
                        config_phrases_##tag[], store_phrases_##tag[], sheet_phrases_##tag[],               \
                        people_phrases_##tag[];
LANGUAGES(DECLARE)
#define ROW(tag)                                                                                            \
        [LANGUAGE_##tag] = { base_phrases_##tag, calendar_phrases_##tag, contact_phrases_##tag,             \
                config_phrases_##tag, store_phrases_##tag, sheet_phrases_##tag, people_phrases_##tag,       \
                NULL },
static const Phrase *const tables[LANGUAGES_N][8] = { LANGUAGES(ROW) };

const Phrase *const *phrases_of(Language language)
{
        return tables[language];
}
