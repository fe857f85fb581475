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

bool line_map_copy(const char *text, size_t len, void (*before)(const ContentLine *line, void *userdata),
                void *userdata, Buffer *out, Buffer *lines)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_FILE);
        ContentLine line;
        int r = reader ? content_reader_next(reader, &line, NULL) : -1;
        for (; r == 0 || (r == CONTENT_E_INVALID && line.raw);
                        r = content_reader_next(reader, &line, NULL)) {
                if (r == 0)
                        before(&line, userdata);
                buffer_append(out, line.raw, line.raw_len);
                line_map_add(lines, line.raw, line.raw_len, line.number);
        }
        return r == CONTENT_END && !buffer_error(out) && !buffer_error(lines);
}
