#include "contact/convert-made.h"

#include "base/contentline.h"
#include "base/hash.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#define MADE "X-CONVENED-MADE"

enum { LABELS_MAX = 32, TEXT_MAX_BYTES = 1024 * 1024 };

int made_add(LineMemory *memory, CardLines *lines, const CardLine *line)
{
        if (memory->error != 0)
                return memory->error;
        if (lines->n == lines->room) {
                size_t room = lines->room ? 2 * lines->room : 64, size = room * sizeof(*lines->lines);
                if (size > memory->max)
                        return -EFBIG;
                CardLine *more = reallocarray(lines->lines, room, sizeof(*more));
                if (!more)
                        return -ENOMEM;
                lines->lines = more;
                lines->room = room;
        }
        lines->lines[lines->n++] = *line;
        return 0;
}

void made_done(CardLines *lines)
{
        free(lines->lines);
}

static const char *mark_of(LineMemory *memory, const char *value)
{
        return line_format(memory, "%016" PRIx64, hash_quick(value));
}

bool made_is(LineMemory *memory, const CardLine *line)
{
        const CardParam *param = line_param(line, MADE);
        return param && strcmp(param->value, mark_of(memory, line->value)) == 0;
}

/* ---- Pairs of lines that become one ---- */

/* A property whose value version 4.0 writes as the parameter `param` of the property `owner`. */
typedef struct Pair {
        const char *text, *owner, *param;
        bool by_types; /* the two belong together if they have the same types */
} Pair;

static const Pair pairs[] = {
        { "X-LABEL", "ADR", "LABEL", true },
        { "X-SORT-STRING", "N", "SORT-AS", false },
};

enum { N_PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

/* A line of a pair. */
typedef struct PairLine {
        CardLine *line;
        const char *types; /* the result of line_type_set(); "" if types do not count */
        const char *param; /* the value of a text line as a parameter; NULL for an owner */
} PairLine;

typedef struct PairLines {
        PairLine lines[LABELS_MAX];
        size_t n;
} PairLines;

/* Returns the text of a line as the value of a parameter. */
static const char *text_param(LineMemory *memory, const CardLine *line)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX_BYTES);
        content_unescape(&text, line->value, strlen(line->value));
        if (buffer_error(&text))
                memory->error = buffer_error(&text);
        return line_quote(memory, buffer_text(&text));
}

/* Appends a line to a list of texts or owners. @types holds the memory of the type names. */
static PairLine *add_pair_line(LineMemory *types, const Pair *pair, CardLine *line, PairLines *to)
{
        PairLine *added = &to->lines[to->n++];
        *added = (PairLine){ .line = line, .types = pair->by_types ? line_type_set(types, line) : "" };
        return added;
}

static void find_pair_lines(LineMemory *memory, LineMemory *types, const CardLines *lines, const Pair *pair,
                PairLines *texts, PairLines *owners)
{
        for (size_t i = 0; i < lines->n; i++) {
                CardLine *line = &lines->lines[i];
                if (texts->n < LABELS_MAX && line_is(line, pair->text))
                        add_pair_line(types, pair, line, texts)->param = text_param(memory, line);
                else if (owners->n < LABELS_MAX && line_is(line, pair->owner))
                        (void)add_pair_line(types, pair, line, owners);
        }
}

/*
 * Calls a function for each pair of a text and its owner: the text goes to the first owner that the function
 * takes. Only the first LABELS_MAX texts and the first LABELS_MAX owners are paired, so the time is bounded.
 */
static void each_pair(LineMemory *memory, CardLines *lines, const Pair *pair,
                bool (*on_pair)(LineMemory *memory, const Pair *pair, const char *param, CardLine *owner))
{
        CLEANUP(line_memory_done) LineMemory types = LINE_MEMORY_INIT(memory->max);
        PairLines texts = { .n = 0 }, owners = { .n = 0 };
        find_pair_lines(memory, &types, lines, pair, &texts, &owners);
        if (memory->error == 0)
                memory->error = types.error;
        for (size_t i = 0; i < texts.n && memory->error == 0; i++)
                for (size_t k = 0; k < owners.n; k++)
                        if (strcmp(texts.lines[i].types, owners.lines[k].types) == 0 &&
                                        on_pair(memory, pair, texts.lines[i].param, owners.lines[k].line))
                                break;
}

static bool add_param(LineMemory *memory, const Pair *pair, const char *value, CardLine *owner)
{
        if (line_param(owner, pair->param))
                return false;
        *owner = line_copy(memory, owner);
        line_add(memory, owner, pair->param, value);
        return true;
}

static bool remove_param(LineMemory *memory, const Pair *pair, const char *value, CardLine *owner)
{
        CardParam *param = line_param(owner, pair->param);
        if (!param || strcmp(param->value, value) != 0)
                return false;
        *owner = line_copy(memory, owner);
        line_remove(owner, line_param(owner, pair->param));
        return true;
}

void made_complete_4(LineMemory *memory, CardLines *lines)
{
        for (size_t i = 0; i < N_PAIRS; i++)
                each_pair(memory, lines, &pairs[i], add_param);
}

void made_begin_3(LineMemory *memory, CardLines *lines)
{
        for (size_t i = 0; i < N_PAIRS; i++)
                each_pair(memory, lines, &pairs[i], remove_param);
}

/* ---- Lines of version 3.0 ---- */

static const char *escaped(LineMemory *memory, const char *text)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(2 * TEXT_MAX_BYTES);
        content_escape(&out, text);
        if (buffer_error(&out))
                memory->error = buffer_error(&out);
        return line_format(memory, "%s", buffer_text(&out));
}

static int add_made(LineMemory *memory, CardLines *lines, CardLine *line)
{
        line_add(memory, line, MADE, mark_of(memory, line->value));
        return made_add(memory, lines, line);
}

static int add_label(LineMemory *memory, CardLines *lines, const CardLine *address, const CardParam *label)
{
        CardLine line = { .name = "LABEL", .group = address->group };
        for (size_t i = 0; i < address->n; i++)
                if (strcasecmp(address->params[i].name, "TYPE") == 0 ||
                                strcasecmp(address->params[i].name, "LANGUAGE") == 0)
                        line_add(memory, &line, address->params[i].name, address->params[i].value);
        line.value = escaped(memory, line_unquote(memory, label->value));
        return add_made(memory, lines, &line);
}

/* SORT-AS has a text for each component of the name; SORT-STRING has the text of the first component. */
static int add_sort_string(LineMemory *memory, CardLines *lines, const CardParam *sort_as)
{
        CardLine line = { .name = "SORT-STRING" };
        const char *text = line_unquote(memory, sort_as->value);
        line.value = escaped(memory, line_format(memory, "%.*s", (int)strcspn(text, ","), text));
        return add_made(memory, lines, &line);
}

/*
 * Adds N with the text of FN as the family name, because clients show the family name if the other parts are
 * empty.
 */
static int add_name(LineMemory *memory, CardLines *lines)
{
        CardLine line = { .name = "N", .value = "" };
        for (size_t i = 0; i < lines->n; i++) {
                if (line_is(&lines->lines[i], "N"))
                        return 0;
                if (line_is(&lines->lines[i], "FN") && !line.value[0])
                        line.value = lines->lines[i].value;
        }
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(TEXT_MAX_BYTES);
        content_unescape(&text, line.value, strlen(line.value));
        line.value = line_format(memory, "%s;;;;", escaped(memory, buffer_text(&text)));
        return add_made(memory, lines, &line);
}

int made_complete_3(LineMemory *memory, CardLines *lines)
{
        size_t n = lines->n;
        bool is_sorted = false;
        int r = 0;
        for (size_t i = 0; i < n && r == 0; i++) {
                CardLine line = lines->lines[i];
                const CardParam *label = line_is(&line, "ADR") ? line_param(&line, "X-LABEL") : NULL;
                const CardParam *sort_as = line_is(&line, "N") ? line_param(&line, "X-SORT-AS") : NULL;
                if (label)
                        r = add_label(memory, lines, &line, label);
                else if (sort_as && !is_sorted)
                        r = add_sort_string(memory, lines, sort_as);
                is_sorted = is_sorted || sort_as;
        }
        return r != 0 ? r : add_name(memory, lines);
}
