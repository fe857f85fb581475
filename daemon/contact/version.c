#include "contact/version.h"

#include "base/contentline.h"

#include <string.h>

CardVersion card_version_of(const char *text, size_t len)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_CARD);
        ContentLine line;
        while (reader && content_reader_next(reader, &line, NULL) == 0)
                if (strcmp(line.name, "VERSION") == 0)
                        return strcmp(line.value, "3.0") == 0 ? CARD_VERSION_3 : CARD_VERSION_4;
        return CARD_VERSION_4;
}
