#include "feed/jcal.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_BYTES = 64 * 1024 * 1024, DEPTH_MAX = 64 };

/* Skips a string; checks that it is terminated and has no raw control characters. */
static const char *skip_string(const char *at, const char *end)
{
        for (at++; at < end && *at != '"'; at++) {
                assert((unsigned char)*at >= ' ' && *at != '<');
                if (*at == '\\')
                        at++;
        }
        assert(at < end);
        return at;
}

/* Checks that brackets match and that the text is one value. */
static void check_json(const char *text, size_t len)
{
        char open[DEPTH_MAX];
        size_t depth = 0;
        const char *end = text + len;
        assert(len > 1 && *text == '[' && end[-1] == '\n');
        for (const char *at = text; at < end; at++) {
                if (*at == '"') {
                        at = skip_string(at, end);
                } else if (*at == '[' || *at == '{') {
                        assert(depth < DEPTH_MAX);
                        open[depth++] = *at;
                } else if (*at == ']' || *at == '}') {
                        assert(depth > 0 && open[depth - 1] == (*at == ']' ? '[' : '{'));
                        depth--;
                        assert(depth > 0 || at + 2 == end);
                }
        }
        assert(depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(OUT_BYTES);
        buffer_puts(&out, "kept");
        int r = jcal_write((const char *)data, size, &out);
        assert(r == 0 || r == -EBADMSG);
        assert(strncmp(buffer_text(&out), "kept", 4) == 0);
        if (r == 0)
                check_json(out.data + 4, out.len - 4);
        else
                assert(out.len == 4);
        return 0;
}
