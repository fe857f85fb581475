#include "letter/strings.h"

#include <stddef.h>
#include <string.h>

static const Strings *const languages[] = { &strings_en, &strings_ru };

const Strings *strings_for(const char *language)
{
        for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
                if (language && strcmp(languages[i]->language, language) == 0)
                        return languages[i];
        return &strings_en;
}
