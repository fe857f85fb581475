#include "cli/locale.h"

#include <stdlib.h>
#include <string.h>

static bool is_portable(const char *locale)
{
        size_t len = strcspn(locale, ".@");
        return (len == 1 && locale[0] == 'C') || (len == 5 && strncmp(locale, "POSIX", 5) == 0);
}

bool locale_language(Language *ret)
{
        static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                const char *locale = getenv(names[i]);
                if (!locale || !locale[0])
                        continue;
                if (!is_portable(locale))
                        return language_find(locale, ret) == 0;
                *ret = (Language)LANGUAGE_FALLBACK;
                return true;
        }
        return false;
}
