#include "contact/card-line.h"

#include "base/contentline.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SPARE_PARAMS = 4 };

void line_memory_done(LineMemory *memory)
{
        arena_done(&memory->arena);
}

void *line_allocate(LineMemory *memory, size_t size)
{
        if (memory->error == 0 && size > memory->max - memory->used)
                memory->error = -EFBIG;
        if (memory->error != 0)
                return NULL;
        memory->used += size;
        void *allocated = arena_allocate(&memory->arena, size);
        if (!allocated)
                memory->error = -ENOMEM;
        return allocated;
}

static const char *copy(LineMemory *memory, const char *text, size_t len)
{
        char *copied = line_allocate(memory, len + 1);
        return copied ? memcpy(copied, text, len) : "";
}

static void latch_buffer(LineMemory *memory, const Buffer *buffer)
{
        if (buffer_error(buffer) && memory->error == 0)
                memory->error = buffer_error(buffer);
}

const char *line_format(LineMemory *memory, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        int len = vsnprintf(NULL, 0, format, arguments);
        va_end(arguments);
        char *text = len < 0 ? NULL : line_allocate(memory, (size_t)len + 1);
        if (!text)
                return "";
        va_start(arguments, format);
        vsnprintf(text, (size_t)len + 1, format, arguments);
        va_end(arguments);
        return text;
}

/* Returns the line without its folds and its end, in memory that may be cut. */
static char *unfold(LineMemory *memory, const char *raw, size_t raw_len)
{
        char *text = line_allocate(memory, raw_len + 1), *out = text;
        if (!text)
                return NULL;
        static const char byte_order_mark[] = "\xEF\xBB\xBF";
        size_t skip = raw_len >= 3 && memcmp(raw, byte_order_mark, 3) == 0 ? 3 : 0;
        for (const char *at = raw + skip, *end = raw + raw_len; at < end;) {
                const char *feed = memchr(at, '\n', (size_t)(end - at)), *stop = feed ? feed : end;
                size_t len = (size_t)(stop - at);
                if (feed && len > 0 && stop[-1] == '\r')
                        len--;
                memcpy(out, at, len);
                out += len;
                at = feed ? feed + 2 : end; /* past the blank of the fold */
        }
        *out = '\0';
        return text;
}

static bool make_room(LineMemory *memory, CardLine *line, size_t room)
{
        CardParam *params = line_allocate(memory, room * sizeof(*params));
        if (!params)
                return false;
        if (line->n > 0)
                memcpy(params, line->params, line->n * sizeof(*params));
        line->params = params;
        line->room = room;
        return true;
}

void line_add(LineMemory *memory, CardLine *line, const char *name, const char *value)
{
        if (line->n < line->room || make_room(memory, line, 2 * line->room + SPARE_PARAMS))
                line->params[line->n++] = (CardParam){ name, value };
}

/* Returns the end of a parameter that begins at @at: the semicolon or the colon after it. */
static char *param_end(char *at)
{
        bool quoted = false;
        for (; *at && (quoted || (*at != ';' && *at != ':')); at++)
                quoted = quoted != (*at == '"');
        return at;
}

void line_cut(LineMemory *memory, const char *raw, size_t raw_len, CardLine *ret)
{
        char *text = unfold(memory, raw, raw_len);
        *ret = (CardLine){ .name = "", .value = "", .raw = raw, .raw_len = raw_len };
        if (!text)
                return;
        char *at = text + strcspn(text, ".;:");
        if (*at == '.') {
                *at = '\0';
                ret->group = text;
                text = at + 1;
                at = text + strcspn(text, ";:");
        }
        ret->name = text;
        while (*at == ';') {
                char *name = at + 1, *end = param_end(name);
                *at = '\0';
                at = end;
                char *equals = memchr(name, '=', (size_t)(end - name));
                if (equals) {
                        *equals = '\0';
                        line_add(memory, ret, name, equals + 1);
                }
        }
        if (*at)
                *at++ = '\0';
        ret->value = at;
}

CardLine line_copy(LineMemory *memory, const CardLine *line)
{
        CardLine made = *line;
        made.raw = NULL;
        if (!make_room(memory, &made, line->n + SPARE_PARAMS))
                made.n = 0;
        return made;
}

static const char *keep(LineMemory *memory, const char *text, const char *given)
{
        return !text || text == given ? given : copy(memory, text, strlen(text));
}

CardLine line_keep(LineMemory *memory, const CardLine *line, const CardLine *given)
{
        CardLine kept = *line;
        kept.group = line->group ? keep(memory, line->group, given->group) : NULL;
        kept.name = keep(memory, line->name, given->name);
        kept.value = keep(memory, line->value, given->value);
        kept.room = line->n;
        kept.params = line->n > 0 ? line_allocate(memory, line->n * sizeof(*kept.params)) : NULL;
        if (!kept.params)
                kept.n = kept.room = 0;
        for (size_t i = 0; i < kept.n; i++)
                kept.params[i] = (CardParam){ keep(memory, line->params[i].name, NULL),
                        keep(memory, line->params[i].value, NULL) };
        return kept;
}

void line_head(const CardLine *line, Buffer *out)
{
        if (line->group)
                buffer_printf(out, "%s.", line->group);
        buffer_puts(out, line->name);
        for (size_t i = 0; i < line->n; i++)
                buffer_printf(out, ";%s=%s", line->params[i].name, line->params[i].value);
        buffer_puts(out, ":");
}

bool line_equal(const CardLine *line, const CardLine *other)
{
        if (line->n != other->n || strcmp(line->name, other->name) != 0 || !line->group != !other->group ||
                        (line->group && strcmp(line->group, other->group) != 0))
                return false;
        for (size_t i = 0; i < line->n; i++)
                if (strcmp(line->params[i].name, other->params[i].name) != 0 ||
                                strcmp(line->params[i].value, other->params[i].value) != 0)
                        return false;
        return line->value == other->value || strcmp(line->value, other->value) == 0;
}

bool line_is(const CardLine *line, const char *name)
{
        return strcasecmp(line->name, name) == 0;
}

CardParam *line_param(const CardLine *line, const char *name)
{
        for (size_t i = 0; i < line->n; i++)
                if (strcasecmp(line->params[i].name, name) == 0)
                        return &line->params[i];
        return NULL;
}

bool line_param_is(const CardParam *param, const char *value)
{
        size_t len = strlen(value);
        const char *text = param->value + (param->value[0] == '"');
        return strncasecmp(text, value, len) == 0 &&
               strcmp(text + len, param->value[0] == '"' ? "\"" : "") == 0;
}

void line_remove(CardLine *line, CardParam *param)
{
        size_t behind = (size_t)(line->params + line->n - (param + 1));
        memmove(param, param + 1, behind * sizeof(*param));
        line->n--;
}

void line_remove_all(CardLine *line, const char *name)
{
        size_t n = 0;
        for (size_t i = 0; i < line->n; i++)
                if (strcasecmp(line->params[i].name, name) != 0)
                        line->params[n++] = line->params[i];
        line->n = n;
}

const char *line_quote(LineMemory *memory, const char *text)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4 * strlen(text) + 8);
        content_write_param(&out, "", text);
        latch_buffer(memory, &out);
        return out.len < 2 ? "" : copy(memory, out.data + 2, out.len - 2);
}

const char *line_unquote(LineMemory *memory, const char *value)
{
        bool quoted = value[0] == '"';
        size_t len = strlen(value), n = 0;
        char *text = line_allocate(memory, len + 1);
        if (!text)
                return "";
        for (const char *at = value + quoted; *at && (!quoted || *at != '"'); at++) {
                char next = *at == '^' ? at[1] : '\0';
                bool is_caret = next && strchr("n'^", next);
                text[n++] = (char)(!is_caret ? *at : next == 'n' ? '\n' : next == '\'' ? '"' : '^');
                at += is_caret;
        }
        return text;
}

const char *line_types(LineMemory *memory, const CardLine *line)
{
        size_t room = 1;
        for (size_t i = 0; i < line->n; i++)
                room += strlen(line->params[i].value) + 1;
        CLEANUP(buffer_done) Buffer types = BUFFER_INIT(room);
        buffer_putc(&types, ',');
        for (size_t i = 0; i < line->n; i++) {
                if (strcasecmp(line->params[i].name, "TYPE") != 0)
                        continue;
                buffer_puts(&types, line_unquote(memory, line->params[i].value));
                buffer_putc(&types, ',');
        }
        latch_buffer(memory, &types);
        if (memory->error != 0)
                return ",";
        for (char *at = types.data; *at; at++)
                if (*at >= 'A' && *at <= 'Z')
                        *at = (char)(*at + ('a' - 'A'));
        return copy(memory, types.data, types.len);
}

static int compare_words(const void *one, const void *other)
{
        return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* Cuts a list of line_types() into its words without `pref`. Return: the number of words at @ret. */
static size_t cut_words(char *types, const char **ret)
{
        size_t n = 0;
        for (char *at = types, *rest = NULL; (at = strtok_r(at, ",", &rest)); at = NULL)
                if (strcmp(at, "pref") != 0)
                        ret[n++] = at;
        return n;
}

const char *line_type_set(LineMemory *memory, const CardLine *line)
{
        const char *types = line_types(memory, line);
        size_t len = strlen(types);
        const char **words = line_allocate(memory, (len / 2 + 1) * sizeof(*words));
        if (memory->error != 0 || !words)
                return "";
        CLEANUP(buffer_done) Buffer set = BUFFER_INIT(len);
        size_t n = cut_words((char *)types, words);
        qsort(words, n, sizeof(*words), compare_words);
        for (size_t i = 0; i < n; i++) {
                if (i > 0 && strcmp(words[i], words[i - 1]) == 0)
                        continue;
                buffer_puts(&set, i > 0 ? "," : "");
                buffer_puts(&set, words[i]);
        }
        latch_buffer(memory, &set);
        return copy(memory, buffer_text(&set), set.len);
}
