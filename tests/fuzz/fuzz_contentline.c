#include "base/contentline.h"
#include "calendar/zone.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(const char *text, size_t size, const ContentLine *line)
{
        assert(line->raw >= text && line->raw + line->raw_len <= text + size && line->raw_len > 0);
        assert(strlen(line->value) == line->value_len);
        assert(line->n_params <= CONTENT_LIMITS_OBJECT.params && line->depth <= CONTENT_LIMITS_OBJECT.depth);
        for (size_t i = 0; i < line->n_params; i++)
                assert(content_line_param(line, line->params[i].name));
}

/* Checks that a decoded line, written and read again, is unchanged. */
static void check_round_trip(const ContentLine *line)
{
        Buffer text = BUFFER_INIT(1 << 21), written = BUFFER_INIT(1 << 22), again = BUFFER_INIT(1 << 21);
        content_unescape(&text, line->value, line->value_len);
        content_write_text(&written, "X-TEXT", buffer_text(&text));
        assert(buffer_error(&written) == 0);
        ContentReader *reader = content_reader_new(written.data, written.len, &CONTENT_LIMITS_OBJECT);
        assert(reader);
        ContentLine read;
        if (content_reader_next(reader, &read, NULL) == 0) {
                content_unescape(&again, read.value, read.value_len);
                assert(strcmp(buffer_text(&again), buffer_text(&text)) == 0);
        }
        content_reader_free(reader);
        buffer_done(&text);
        buffer_done(&written);
        buffer_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        const char *text = (const char *)data;
        ContentReader *reader = content_reader_new(text, size, &CONTENT_LIMITS_OBJECT);
        assert(reader);
        ContentLine line;
        InputError error;
        int r;
        while ((r = content_reader_next(reader, &line, &error)) != CONTENT_END) {
                assert(r == 0 || (r == CONTENT_E_INVALID && error.message[0]));
                if (r == 0) {
                        check_line(text, size, &line);
                        check_round_trip(&line);
                }
        }
        content_reader_free(reader);
        Zone *zone = NULL;
        if (zone_from_vtimezone(text, size, &zone) == 0) {
                Buffer out = BUFFER_INIT(1 << 24);
                zone_write_vtimezone(zone, 0, 2000000000, &out);
                buffer_done(&out);
        }
        zone_unref(zone);
        return 0;
}
