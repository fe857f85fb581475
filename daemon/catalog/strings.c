#include "catalog/strings.h"

#define DECLARE(tag) extern const CatalogStrings catalog_strings_##tag;
LANGUAGES(DECLARE)

#define ROW(tag) [LANGUAGE_##tag] = &catalog_strings_##tag,
static const CatalogStrings *const table[LANGUAGES_N] = { LANGUAGES(ROW) };

const CatalogStrings *catalog_strings(Language language)
{
        return table[language];
}
