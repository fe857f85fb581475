#include "base/line-diff.h"

#include "base/array.h"
#include "base/buffer.h"
#include "base/contentline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 4, NAME_SIZE = 80, PATH_SIZE = DEPTH_MAX * NAME_SIZE, TEXT_MAX_BYTES = 16 * 1024 * 1024 };

typedef struct Line {
        char *component, *line;
        char sign;
} Line;

typedef struct Lines {
        Line *items;
        size_t n;
} Lines;

static void lines_done(Lines *lines)
{
        for (size_t i = 0; i < lines->n; i++) {
                free(lines->items[i].component);
                free(lines->items[i].line);
        }
        free(lines->items);
}

/* The components around a line, and how many of each name came before. */
typedef struct Path {
        char names[DEPTH_MAX][NAME_SIZE];
        int n_at_top; /* components with the depth 1, which are told apart by number */
        size_t depth;
} Path;

static int add(Lines *lines, char sign, const char *component, const char *text)
{
        Line *items = array_grow(lines->items, lines->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        lines->items = items;
        Line line = { strdup(component), strdup(text), sign };
        lines->items[lines->n++] = line;
        return line.component && line.line ? 0 : -ENOMEM;
}

static void path_write(const Path *path, char ret[static PATH_SIZE])
{
        size_t n = 0;
        ret[0] = '\0';
        for (size_t i = 0; i < path->depth; i++)
                if (i > 0 || path->depth == 1)
                        n += (size_t)snprintf(
                                        ret + n, PATH_SIZE - n, "%s%s", n > 0 ? "/" : "", path->names[i]);
}

static void enter(Path *path, const ContentLine *line)
{
        if (path->depth == DEPTH_MAX)
                return;
        char *name = path->names[path->depth++];
        snprintf(name, NAME_SIZE, "%.*s", (int)(line->value_len < 40 ? line->value_len : 40), line->value);
        if (path->depth != 2 || strcmp(name, "VTIMEZONE") == 0 || ++path->n_at_top == 1)
                return;
        size_t len = strlen(name);
        snprintf(name + len, NAME_SIZE - len, " %d", path->n_at_top);
}

static int add_line(Lines *lines, char sign, const Path *path, const ContentLine *line)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX_BYTES);
        char component[PATH_SIZE];
        for (size_t i = 0; i < line->raw_len; i++) {
                char c = line->raw[i];
                if (c == '\n' && i + 1 < line->raw_len)
                        i++; /* the blank after a fold */
                else if (c != '\r' && c != '\n')
                        buffer_putc(&text, c);
        }
        path_write(path, component);
        int r = buffer_error(&text);
        return r != 0 ? r : add(lines, sign, component, buffer_text(&text));
}

/* A line that is malformed is compared as it is. */
static int read_text(Lines *lines, char sign, const char *text, size_t len)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_CARD);
        Path path = { .depth = 0 };
        ContentLine line;
        int r = 0;
        if (!reader)
                return -ENOMEM;
        while (r == 0) {
                r = content_reader_next(reader, &line, NULL);
                bool is_bad = r == CONTENT_E_INVALID;
                if (is_bad)
                        r = 0;
                if (r != 0 || (is_bad && !line.raw))
                        continue;
                if (!is_bad && strcmp(line.name, "BEGIN") == 0)
                        enter(&path, &line);
                else if (!is_bad && strcmp(line.name, "END") == 0)
                        path.depth -= path.depth > 0;
                else
                        r = add_line(lines, sign, &path, &line);
        }
        return r == CONTENT_END ? 0 : r;
}

static int by_place(const void *a, const void *b)
{
        const Line *left = a, *right = b;
        int order = strcmp(left->component, right->component);
        return order != 0 ? order : strcmp(left->line, right->line);
}

/* Lines of one property stand together, the old one first. */
static int by_property(const void *a, const void *b)
{
        const Line *left = a, *right = b;
        size_t n = strcspn(left->line, ":;"), m = strcspn(right->line, ":;");
        int order = strcmp(left->component, right->component);
        if (order == 0)
                order = strncmp(left->line, right->line, n < m ? n : m);
        if (order == 0 && n != m)
                order = n < m ? -1 : 1;
        if (order == 0)
                order = (left->sign == '+') - (right->sign == '+');
        return order != 0 ? order : strcmp(left->line, right->line);
}

/* Appends each line that only one of the lists has. Both are sorted. */
static void leave_differences(Lines *a, Lines *b, Lines *out)
{
        size_t i = 0, k = 0;
        while (i < a->n || k < b->n) {
                int order = i == a->n ? 1 : k == b->n ? -1 : by_place(&a->items[i], &b->items[k]);
                if (order <= 0)
                        i++;
                if (order >= 0)
                        k++;
                if (order != 0)
                        out->items[out->n++] = order < 0 ? a->items[i - 1] : b->items[k - 1];
        }
}

int line_diff(const char *old, size_t old_len, const char *new, size_t new_len,
                int (*on_line)(const LineDifference *difference, void *userdata), void *userdata)
{
        CLEANUP(lines_done) Lines before = { .n = 0 }, after = { .n = 0 };
        Lines differences = { .n = 0 }; /* its lines belong to the other two */
        int r = read_text(&before, '-', old, old_len);
        if (r == 0)
                r = read_text(&after, '+', new, new_len);
        if (r != 0)
                return r;
        differences.items = calloc(before.n + after.n + 1, sizeof(*differences.items));
        if (!differences.items)
                return -ENOMEM;
        if (before.n > 0)
                qsort(before.items, before.n, sizeof(*before.items), by_place);
        if (after.n > 0)
                qsort(after.items, after.n, sizeof(*after.items), by_place);
        leave_differences(&before, &after, &differences);
        qsort(differences.items, differences.n, sizeof(*differences.items), by_property);
        for (size_t i = 0; r == 0 && i < differences.n; i++)
                r = on_line(&(LineDifference){ differences.items[i].sign, differences.items[i].component,
                                            differences.items[i].line },
                                userdata);
        free(differences.items);
        return r;
}
