#include "base/language.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define TAG(tag) [LANGUAGE_##tag] = #tag,
static const char *const tags[LANGUAGES_N] = { LANGUAGES(TAG) };
#undef TAG

/* Whether @text, a tag or locale, begins with the language @tag. What follows the language is ignored. */
static bool has_language(const char *text, const char *tag)
{
        size_t len = strlen(tag);
        return strncasecmp(text, tag, len) == 0 && !isalnum((unsigned char)text[len]);
}

int language_find(const char *tag, Language *ret)
{
        for (int i = 0; tag && i < LANGUAGES_N; i++)
                if (has_language(tag, tags[i])) {
                        *ret = (Language)i;
                        return 0;
                }
        return -ENOENT;
}

Language language_of(const char *tag)
{
        Language language = (Language)LANGUAGE_FALLBACK;
        (void)language_find(tag, &language);
        return language;
}

const char *language_tag(Language language)
{
        return tags[language];
}
