#include "calendar/object-tree.h"

#include "calendar/component.h"

#include <errno.h>
#include <string.h>

enum { DEPTH_MAX = 8 };

struct ObjectTree {
        Arena arena;
        ObjectNode *root;
};

/* The state of the pass over the lines: the components that are open. */
typedef struct Growing {
        ObjectTree *tree;
        ObjectNode *open[DEPTH_MAX];
        ObjectNode *last[DEPTH_MAX]; /* the last child of each */
        LineList lines[DEPTH_MAX];
        size_t depth;
        size_t n_nodes;
} Growing;

static void attach(Growing *growing, ObjectNode *node)
{
        if (growing->depth == 0) {
                growing->tree->root = node;
                return;
        }
        ObjectNode *parent = growing->open[growing->depth - 1];
        ObjectNode **last = &growing->last[growing->depth - 1];
        node->parent = parent;
        *(*last ? &(*last)->next : &parent->children) = node;
        *last = node;
}

static int begin(Growing *growing, const ContentLine *line)
{
        Arena *arena = &growing->tree->arena;
        if (growing->depth == DEPTH_MAX ||
                        (growing->depth == 0 &&
                                        (growing->tree->root || strcmp(line->value, "VCALENDAR") != 0)))
                return OBJECT_TREE_E_INVALID;
        ObjectNode *node = arena_allocate(arena, sizeof(*node));
        char *name = arena_copy(arena, line->value, line->value_len);
        if (!node || !name)
                return -ENOMEM;
        *node = (ObjectNode){ .name = name, .raw = line->raw, .number = growing->n_nodes++ };
        attach(growing, node);
        growing->last[growing->depth] = NULL;
        growing->lines[growing->depth] = (LineList){ 0 };
        growing->open[growing->depth++] = node;
        return 0;
}

static void end(Growing *growing, const ContentLine *line)
{
        ObjectNode *node = growing->open[--growing->depth];
        node->lines = growing->lines[growing->depth].items;
        node->n_lines = growing->lines[growing->depth].n;
        node->raw_len = (size_t)(line->raw + line->raw_len - node->raw);
}

static int take_line(Growing *growing, const ContentLine *line)
{
        if (strcmp(line->name, "BEGIN") == 0)
                return begin(growing, line);
        if (growing->depth == 0)
                return OBJECT_TREE_E_INVALID;
        if (strcmp(line->name, "END") != 0)
                return line_list_add(&growing->lines[growing->depth - 1], &growing->tree->arena, line);
        end(growing, line);
        return 0;
}

static int read_text(ObjectTree *tree, const char *text, size_t len)
{
        CLEANUP(content_reader_freep)
        ContentReader *reader = content_reader_new(text, len, &CONTENT_LIMITS_OBJECT);
        Growing growing = { .tree = tree };
        ContentLine line;
        int r = reader ? 0 : -ENOMEM;
        while (r == 0 && (r = content_reader_next(reader, &line, NULL)) == 0)
                r = take_line(&growing, &line);
        if (r == CONTENT_END)
                return tree->root ? 0 : OBJECT_TREE_E_INVALID;
        return r == CONTENT_E_INVALID ? OBJECT_TREE_E_INVALID : r;
}

int object_tree_new(const char *text, size_t len, ObjectTree **ret)
{
        *ret = NULL;
        CLEANUP(object_tree_freep) ObjectTree *tree = calloc(1, sizeof(*tree));
        int r = tree ? read_text(tree, text, len) : -ENOMEM;
        if (r == 0)
                *ret = TAKE_PTR(tree);
        return r;
}

ObjectTree *object_tree_free(ObjectTree *tree)
{
        if (!tree)
                return NULL;
        arena_done(&tree->arena);
        free(tree);
        return NULL;
}

const ObjectNode *object_tree_root(const ObjectTree *tree)
{
        return tree->root;
}

const ContentLine *object_node_line(const ObjectNode *node, const char *name, const ContentLine *after)
{
        size_t i = after ? (size_t)(after - node->lines) + 1 : 0;
        for (; i < node->n_lines; i++)
                if (node->lines[i].name[0] == name[0] && strcmp(node->lines[i].name, name) == 0)
                        return &node->lines[i];
        return NULL;
}
