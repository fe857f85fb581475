#include "contact/card-line.h"

#include "base/contentline.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SPARE_PARAMS = 4 };

void line_memory_done(LineMemory *memory)
{
        arena_done(&memory->arena);
}

static void *latch(LineMemory *memory, void *allocated)
{
        if (!allocated)
                memory->error = -ENOMEM;
        return allocated;
}

static const char *copy(LineMemory *memory, const char *text, size_t len)
{
        const char *copied = latch(memory, arena_copy(&memory->arena, text, len));
        return copied ? copied : "";
}

const char *line_format(LineMemory *memory, const char *format, ...)
{
        va_list arguments;
        va_start(arguments, format);
        int len = vsnprintf(NULL, 0, format, arguments);
        va_end(arguments);
        char *text = len < 0 ? NULL : arena_allocate(&memory->arena, (size_t)len + 1);
        if (!latch(memory, text))
                return "";
        va_start(arguments, format);
        vsnprintf(text, (size_t)len + 1, format, arguments);
        va_end(arguments);
        return text;
}

/* Returns the line without its folds and its end, in memory that may be cut. */
static char *unfold(LineMemory *memory, const char *raw, size_t raw_len)
{
        char *text = latch(memory, arena_allocate(&memory->arena, raw_len + 1)), *out = text;
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
        CardParam *params = latch(memory, arena_allocate(&memory->arena, room * sizeof(*params)));
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
        for (CardParam *param; (param = line_param(line, name));)
                line_remove(line, param);
}

const char *line_quote(LineMemory *memory, const char *text)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(4 * strlen(text) + 8);
        content_write_param(&out, "", text);
        if (buffer_error(&out))
                memory->error = buffer_error(&out);
        return out.len < 2 ? "" : copy(memory, out.data + 2, out.len - 2);
}

const char *line_unquote(LineMemory *memory, const char *value)
{
        bool quoted = value[0] == '"';
        size_t len = strlen(value), n = 0;
        char *text = latch(memory, arena_allocate(&memory->arena, len + 1));
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
        const char *types = ",";
        for (size_t i = 0; i < line->n; i++)
                if (strcasecmp(line->params[i].name, "TYPE") == 0)
                        types = line_format(
                                        memory, "%s%s,", types, line_unquote(memory, line->params[i].value));
        for (char *at = (char *)types; at[1]; at++)
                if (*at >= 'A' && *at <= 'Z')
                        *at = (char)(*at + ('a' - 'A'));
        return types;
}
