#include "office/event-kept.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { LIST_BYTES = 512 * 1024 };

static const char *keep(Arena *arena, const Buffer *buffer)
{
        return buffer_error(buffer) < 0 ? NULL : arena_copy(arena, buffer_text(buffer), buffer->len);
}

/* ---- Categories ---- */

static bool is_word(const char *text, size_t len, const char *word)
{
        return strlen(word) == len && strncasecmp(text, word, len) == 0;
}

/* Returns the end of a category in its escaped form: an unescaped comma, or the end of the line. */
static const char *find_end(const char *at)
{
        while (*at && *at != ',')
                at += *at == '\\' && at[1] ? 2 : 1;
        return at;
}

/* Appends the categories of a line but for the old kind and the new one. */
static void append_others(const ContentLine *line, const char *old, const char *kind, Buffer *out)
{
        for (const char *at = line->value, *end; *at; at = *end ? end + 1 : end) {
                end = find_end(at);
                size_t len = (size_t)(end - at);
                if (len == 0 || is_word(at, len, old) || is_word(at, len, kind))
                        continue;
                buffer_putc(out, ',');
                buffer_append(out, at, len);
        }
}

int event_kept_categories(
                Arena *arena, const Event *event, const char *old, const char *kind, EditProperty *ret)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(LIST_BYTES);
        const ContentLine *line = NULL;
        buffer_puts(&out, kind);
        while (event && (line = event_property_next(event, "CATEGORIES", line)))
                append_others(line, old, kind, &out);
        *ret = (EditProperty){ .name = "CATEGORIES", .value = keep(arena, &out) };
        return ret->value ? 0 : -ENOMEM;
}

/* ---- Attachments ---- */

static bool is_shown(const ContentLine *line)
{
        return !content_line_param(line, "ENCODING");
}

const ContentLine *event_kept_hidden_file(const Event *event, const ContentLine *line)
{
        while ((line = event_property_next(event, "ATTACH", line)) && is_shown(line))
                ;
        return line;
}

const ContentLine *event_kept_find_file(const Event *event, const char *url, const char *name)
{
        const ContentLine *line = NULL;
        while ((line = event_property_next(event, "ATTACH", line))) {
                const char *known = content_line_param(line, "FILENAME");
                if (is_shown(line) && strcmp(line->value, url) == 0 && strcmp(known ? known : "", name) == 0)
                        return line;
        }
        return NULL;
}

int event_kept_file(Arena *arena, const ContentLine *line, bool is_beside, EditProperty *ret)
{
        CLEANUP(buffer_done) Buffer params = BUFFER_INIT(LIST_BYTES);
        for (size_t i = 0; i < line->n_params; i++)
                content_write_param(&params, line->params[i].name, line->params[i].value);
        const char *kept = keep(arena, &params), *value = arena_copy(arena, line->value, line->value_len);
        if (!kept || !value)
                return -ENOMEM;
        *ret = (EditProperty){ "ATTACH", *kept ? kept : NULL, value, false,
                is_beside ? EDIT_BESIDE : EDIT_NAME };
        return 0;
}
