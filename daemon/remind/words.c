#include "remind/words.h"

#include <stddef.h>
#include <string.h>

static const Words *const languages[] = { &words_en, &words_ru };

const Words *words_for(const char *language)
{
        for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
                if (language && strcmp(languages[i]->language, language) == 0)
                        return languages[i];
        return &words_en;
}
