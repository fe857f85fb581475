#include "calendar/line-map.h"

#include <string.h>

void line_map_add(Buffer *lines, const char *text, size_t len, size_t first)
{
        const char *end = text + len;
        for (size_t number = first; text<end; number += first> 0) {
                const char *line_feed = memchr(text, '\n', (size_t)(end - text));
                buffer_append(lines, &number, sizeof(number));
                text = line_feed ? line_feed + 1 : end;
        }
}
