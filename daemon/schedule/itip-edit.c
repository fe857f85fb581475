/* Changes the lines of components, and prints objects. */

#include "schedule/itip.h"

#include "base/contentline.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { LINE_MAX_BYTES = 256 * 1024 };

ItipComponent *itip_copy(Arena *arena, const ItipComponent *component)
{
        ItipComponent *copy = arena_allocate(arena, sizeof(*copy));
        ItipLine *lines = arena_allocate(arena, (component->n_lines + 1) * sizeof(*lines));
        if (!copy || !lines)
                return NULL;
        memcpy(lines, component->lines, component->n_lines * sizeof(*lines));
        *copy = *component;
        copy->next = NULL;
        copy->lines = lines;
        copy->n_allocated = component->n_lines;
        copy->inner = "";
        copy->inner_len = 0;
        return copy;
}

/* Appends a line without its folds and its end. */
static void unfold(const ContentLine *line, Buffer *out)
{
        for (size_t i = 0; i < line->raw_len; i++) {
                size_t end = i + (line->raw[i] == '\r');
                bool is_end = end < line->raw_len && line->raw[end] == '\n';
                if (is_end)
                        i = end + 1 < line->raw_len ? end + 1 : end;
                else
                        buffer_append(out, &line->raw[i], 1);
        }
}

static int copy_params(Arena *arena, ContentLine *line)
{
        ContentParam *params = arena_allocate(arena, (line->n_params + 1) * sizeof(*params));
        if (!params)
                return -ENOMEM;
        for (size_t i = 0; i < line->n_params; i++) {
                const ContentParam *from = &line->params[i];
                params[i] = (ContentParam){ arena_copy(arena, from->name, strlen(from->name)),
                        arena_copy(arena, from->value, strlen(from->value)), from->quoted };
                if (!params[i].name || !params[i].value)
                        return -ENOMEM;
        }
        line->params = params;
        return 0;
}

/* Reads one line, which has a newline at its end. */
static int read_line(Arena *arena, const char *text, size_t len, ItipLine *ret)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_OBJECT);
        InputError error = { 0 };
        ContentLine line;
        int r = reader ? content_reader_next(reader, &line, &error) : -ENOMEM;
        if (r != 0)
                return r < 0 ? r : -EINVAL;
        line.name = arena_copy(arena, line.name, strlen(line.name));
        line.value = arena_copy(arena, line.value, line.value_len);
        line.raw = text;
        line.raw_len = len;
        if (!line.name || !line.value)
                return -ENOMEM;
        r = copy_params(arena, &line);
        if (r == 0)
                ret->content = line;
        return r;
}

/* Makes a line of an unfolded text; the user stays. */
static int make_line(Arena *arena, const char *text, ItipLine *ret)
{
        CLEANUP(buffer_done) Buffer folded = BUFFER_INIT(2 * LINE_MAX_BYTES);
        content_fold(&folded, text, strlen(text));
        if (buffer_error(&folded))
                return buffer_error(&folded);
        const char *kept = arena_copy(arena, buffer_text(&folded), folded.len);
        return kept ? read_line(arena, kept, folded.len, ret) : -ENOMEM;
}

/* The length of a parameter from its semicolon, or of the name of the property. */
static size_t part_length(const char *text)
{
        size_t n = *text == ';';
        bool quoted = false;
        for (; text[n] && (quoted || (text[n] != ';' && text[n] != ':')); n++)
                quoted ^= text[n] == '"';
        return n;
}

static bool is_param(const char *part, const char *name)
{
        return strncasecmp(part + 1, name, strlen(name)) == 0 && part[1 + strlen(name)] == '=';
}

int itip_set_param(Arena *arena, ItipLine *line, const char *name, const char *value)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(LINE_MAX_BYTES);
        if (!value && !content_line_param(&line->content, name))
                return 0;
        unfold(&line->content, &text);
        const char *part = buffer_text(&text);
        size_t len = part_length(part);
        buffer_append(&out, part, len);
        for (part += len; *part == ';'; part += len) {
                len = part_length(part);
                if (!is_param(part, name))
                        buffer_append(&out, part, len);
        }
        if (value)
                content_write_param(&out, name, value);
        buffer_puts(&out, part);
        int r = buffer_error(&text) ? buffer_error(&text) : buffer_error(&out);
        return r != 0 ? r : make_line(arena, buffer_text(&out), line);
}

int itip_set_value(Arena *arena, ItipLine *line, const char *value)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(LINE_MAX_BYTES);
        unfold(&line->content, &text);
        const char *part = buffer_text(&text);
        size_t len;
        for (; *part && *part != ':'; part += len) {
                len = part_length(part);
                buffer_append(&out, part, len);
        }
        buffer_putc(&out, ':');
        buffer_puts(&out, value);
        int r = buffer_error(&text) ? buffer_error(&text) : buffer_error(&out);
        return r != 0 ? r : make_line(arena, buffer_text(&out), line);
}

int itip_rename(Arena *arena, const ItipLine *line, const char *name, ItipLine *ret)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(LINE_MAX_BYTES);
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(LINE_MAX_BYTES);
        unfold(&line->content, &text);
        buffer_puts(&out, name);
        buffer_puts(&out, buffer_text(&text) + part_length(buffer_text(&text)));
        *ret = (ItipLine){ .user = line->user };
        int r = buffer_error(&text) ? buffer_error(&text) : buffer_error(&out);
        return r != 0 ? r : make_line(arena, buffer_text(&out), ret);
}

int itip_add(Arena *arena, ItipComponent *component, const ItipLine *line)
{
        const ItipLine added = *line; /* which may be one of the component's own */
        if (component->n_lines >= component->n_allocated) {
                size_t allocated = 2 * component->n_lines + 4;
                ItipLine *lines = arena_allocate(arena, allocated * sizeof(*lines));
                if (!lines)
                        return -ENOMEM;
                memcpy(lines, component->lines, component->n_lines * sizeof(*lines));
                component->lines = lines;
                component->n_allocated = allocated;
        }
        component->lines[component->n_lines++] = added;
        return 0;
}

void itip_remove(ItipComponent *component, ItipLine *line)
{
        size_t index = (size_t)(line - component->lines);
        memmove(line, line + 1, (component->n_lines - index - 1) * sizeof(*line));
        component->n_lines--;
}

static void remove_named(ItipComponent *component, const char *name)
{
        size_t n = 0;
        for (size_t i = 0; i < component->n_lines; i++)
                if (strcmp(component->lines[i].content.name, name) != 0)
                        component->lines[n++] = component->lines[i];
        component->n_lines = n;
}

int itip_set(Arena *arena, ItipComponent *component, const char *name, const char *text)
{
        ItipLine line = { .user = NULL };
        int r = text ? make_line(arena, text, &line) : 0;
        if (r != 0)
                return r;
        remove_named(component, name);
        return text ? itip_add(arena, component, &line) : 0;
}

static void print_component(const ItipComponent *component, Buffer *out)
{
        buffer_printf(out, "BEGIN:%s\r\n", component->name);
        for (size_t i = 0; i < component->n_lines; i++)
                buffer_append(out, component->lines[i].content.raw, component->lines[i].content.raw_len);
        buffer_append(out, component->inner, component->inner_len);
        buffer_printf(out, "END:%s\r\n", component->name);
}

static bool has_zone(const ItipObject *object, const ObjectNode *zone)
{
        const ContentLine *name = object_node_line(zone, "TZID", NULL);
        const ItipZone *own = object->own_zones;
        while (own && name && strcmp(own->name, name->value) != 0)
                own = own->next;
        return own;
}

static void print_zones(const ItipObject *object, const ItipObject *unless, Buffer *out)
{
        for (const ObjectNode *node = object->root->children; node; node = node->next)
                if (strcmp(node->name, "VTIMEZONE") == 0 && !(unless && has_zone(unless, node)))
                        buffer_append(out, node->raw, node->raw_len);
}

static void print_head(const ItipObject *object, const char *method, Buffer *out)
{
        const ObjectNode *root = object->root;
        for (size_t i = 0; i < root->n_lines; i++)
                if (strcmp(root->lines[i].name, "METHOD") != 0)
                        buffer_append(out, root->lines[i].raw, root->lines[i].raw_len);
        if (method)
                buffer_printf(out, "METHOD:%s\r\n", method);
        print_zones(object, NULL, out);
        if (object->more_zones)
                print_zones(object->more_zones, object, out);
}

void itip_print(const ItipObject *object, const ItipComponent *components, const char *method, Buffer *out)
{
        buffer_puts(out, "BEGIN:VCALENDAR\r\n");
        print_head(object, method, out);
        for (; components; components = components->next)
                print_component(components, out);
        buffer_puts(out, "END:VCALENDAR\r\n");
}
