#include "cli/input-kind.h"

#include <string.h>
#include <strings.h>

/* Returns the length of the byte order mark at the beginning of a text. */
static size_t mark_bytes(const char *text, size_t len)
{
        return len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

bool input_has_cards(const char *text, size_t len)
{
        const char *end = text + len;
        text += mark_bytes(text, len);
        while (text < end && strchr(" \t\r\n", *text))
                text++;
        return end - text >= 11 && strncasecmp(text, "BEGIN:VCARD", 11) == 0;
}

bool input_has_line(const char *text, size_t len, const char *line)
{
        size_t line_len = strlen(line);
        for (const char *c = text + mark_bytes(text, len), *end = text + len;
                        c && (size_t)(end - c) >= line_len;) {
                if (strncasecmp(c, line, line_len) == 0)
                        return true;
                c = memchr(c, '\n', (size_t)(end - c));
                c = c ? c + 1 : NULL;
        }
        return false;
}
