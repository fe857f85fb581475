#include "catalog/sorted-set.h"

#include "base/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 32, MERGE_WIDTH = WIDTH * 3 / 4 };

/*
 * `items` are the items of a leaf or the children of another node. A node that has one reference, and whose
 * ancestors have one each, belongs to a single set and may be changed in place.
 */
struct SortedNode {
        _Atomic uint32_t refs;
        uint16_t n;
        bool is_leaf;
        size_t count; /* of the items below */
        int64_t most; /* the greatest measure of them */
        void *first;  /* the first of them */
        void *items[WIDTH];
};

static SortedNode *node_new(bool is_leaf)
{
        SortedNode *node = calloc(1, sizeof(*node));
        if (node) {
                node->refs = 1;
                node->is_leaf = is_leaf;
        }
        return node;
}

static SortedNode *node_ref(SortedNode *node)
{
        atomic_fetch_add_explicit(&node->refs, 1, memory_order_relaxed);
        return node;
}

static void node_unref(SortedNode *node, const SortedType *type)
{
        if (!node || atomic_fetch_sub_explicit(&node->refs, 1, memory_order_acq_rel) > 1)
                return;
        for (size_t i = 0; i < node->n; i++) {
                if (!node->is_leaf)
                        node_unref(node->items[i], type);
                else if (type->unref)
                        type->unref(node->items[i]);
        }
        free(node);
}

/* Counts the items of a node again, and finds their first one and their greatest measure. */
static void settle(SortedNode *node, const SortedType *type)
{
        node->count = 0;
        node->most = INT64_MIN;
        for (size_t i = 0; i < node->n; i++) {
                const SortedNode *child = node->is_leaf ? NULL : node->items[i];
                int64_t measure = child           ? child->most
                                  : type->measure ? type->measure(node->items[i])
                                                  : INT64_MIN;
                node->count += child ? child->count : 1;
                node->most = measure > node->most ? measure : node->most;
        }
        node->first = node->n == 0    ? NULL
                      : node->is_leaf ? node->items[0]
                                      : ((SortedNode *)node->items[0])->first;
}

/* Replaces a node by a copy of its own, unless no other set has it. */
static int make_own(SortedNode **place, const SortedType *type)
{
        SortedNode *node = *place;
        if (atomic_load_explicit(&node->refs, memory_order_acquire) == 1)
                return 0;
        SortedNode *copy = malloc(sizeof(*copy));
        if (!copy)
                return -ENOMEM;
        memcpy(copy, node, sizeof(*copy));
        copy->refs = 1;
        for (size_t i = 0; i < copy->n; i++) {
                if (!copy->is_leaf)
                        node_ref(copy->items[i]);
                else if (type->ref)
                        type->ref(copy->items[i]);
        }
        node_unref(node, type);
        *place = copy;
        return 0;
}

/* Returns the number of the node's items or children that begin before @key, or, with @or_at, at it. */
static size_t position(const SortedNode *node, const SortedType *type, const void *key, bool or_at)
{
        size_t low = 0, high = node->n;
        while (low < high) {
                size_t middle = (low + high) / 2;
                const void *item = node->is_leaf ? node->items[middle]
                                                 : ((SortedNode *)node->items[middle])->first;
                int order = type->compare(item, key);
                if (order < 0 || (or_at && order == 0))
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

/* Returns the child that has @key, or would have it. */
static size_t child_for(const SortedNode *node, const SortedType *type, const void *key)
{
        size_t after = position(node, type, key, true);
        return after > 0 ? after - 1 : 0;
}

static void insert_at(SortedNode *node, size_t at, void *item)
{
        assert(node->n < WIDTH);
        memmove(node->items + at + 1, node->items + at, (node->n - at) * sizeof(*node->items));
        node->items[at] = item;
        node->n++;
}

static void remove_at(SortedNode *node, size_t at)
{
        node->n--;
        memmove(node->items + at, node->items + at + 1, (node->n - at) * sizeof(*node->items));
}

/* Moves the second half of a full node to a new one. */
static SortedNode *split(SortedNode *node, const SortedType *type)
{
        SortedNode *right = node_new(node->is_leaf);
        if (!right)
                return NULL;
        right->n = node->n / 2;
        node->n -= right->n;
        memcpy(right->items, node->items + node->n, right->n * sizeof(*right->items));
        settle(node, type);
        settle(right, type);
        return right;
}

/* Inserts at a place of a node. @ret: the new node after it, if it was full; otherwise NULL. */
static int insert(SortedNode *node, const SortedType *type, size_t at, void *item, SortedNode **ret)
{
        SortedNode *half = node;
        *ret = NULL;
        if (node->n == WIDTH) {
                *ret = split(node, type);
                if (!*ret)
                        return -ENOMEM;
                half = at > node->n ? *ret : node;
                at -= half == node ? 0 : node->n;
        }
        insert_at(half, at, item);
        settle(half, type);
        return 0;
}

static int put_in_leaf(SortedNode *node, const SortedType *type, void *item, SortedNode **ret)
{
        size_t at = position(node, type, item, false);
        if (at == node->n || type->compare(node->items[at], item) != 0) {
                int r = insert(node, type, at, item, ret);
                if (r == 0 && type->ref)
                        type->ref(item);
                return r;
        }
        void *old = node->items[at];
        if (type->ref)
                type->ref(item);
        node->items[at] = item;
        settle(node, type);
        if (type->unref)
                type->unref(old);
        return 0;
}

/* The depth of the recursion is that of the set: a few nodes. */
static int put(SortedNode **place, const SortedType *type, void *item, SortedNode **ret)
{
        *ret = NULL;
        int r = make_own(place, type);
        SortedNode *node = *place, *added;
        if (r < 0 || node->is_leaf)
                return r < 0 ? r : put_in_leaf(node, type, item, ret);
        size_t at = child_for(node, type, item);
        r = put((SortedNode **)&node->items[at], type, item, &added);
        if (r == 0 && added)
                r = insert(node, type, at + 1, added, ret);
        if (r < 0)
                node_unref(added, type);
        if (!*ret)
                settle(node, type);
        return r;
}

int sorted_set_put(SortedSet *set, const SortedType *type, void *item)
{
        SortedNode *added = NULL;
        if (!set->root)
                return sorted_set_build(type, &item, 1, set);
        int r = put(&set->root, type, item, &added);
        if (r < 0 || !added)
                return r;
        SortedNode *root = node_new(false);
        if (!root) {
                node_unref(added, type);
                return -ENOMEM;
        }
        root->items[root->n++] = set->root;
        root->items[root->n++] = added;
        settle(root, type);
        set->root = root;
        return 0;
}

/* Moves the items of a child to the one before it, if both have few. */
static int merge(SortedNode *node, const SortedType *type, size_t at)
{
        if (at == 0 || at >= node->n)
                return 0;
        SortedNode *left = node->items[at - 1], *right = node->items[at];
        if (left->n + right->n > MERGE_WIDTH)
                return 0;
        int r = make_own((SortedNode **)&node->items[at - 1], type);
        if (r == 0)
                r = make_own((SortedNode **)&node->items[at], type);
        if (r < 0)
                return r;
        left = node->items[at - 1];
        right = node->items[at];
        memcpy(left->items + left->n, right->items, right->n * sizeof(*right->items));
        left->n = (uint16_t)(left->n + right->n);
        right->n = 0;
        settle(left, type);
        node_unref(right, type);
        remove_at(node, at);
        return 0;
}

static int cut(SortedNode **place, const SortedType *type, const void *key)
{
        int r = make_own(place, type);
        if (r < 0)
                return r;
        SortedNode *node = *place;
        if (node->is_leaf) {
                size_t at = position(node, type, key, false);
                void *item = node->items[at];
                remove_at(node, at);
                settle(node, type);
                if (type->unref)
                        type->unref(item);
                return 0;
        }
        size_t at = child_for(node, type, key);
        r = cut((SortedNode **)&node->items[at], type, key);
        if (r == 0 && ((SortedNode *)node->items[at])->n == 0) {
                node_unref(node->items[at], type);
                remove_at(node, at);
        } else if (r == 0) {
                r = merge(node, type, at + 1);
                if (r == 0)
                        r = merge(node, type, at);
        }
        settle(node, type);
        return r;
}

int sorted_set_remove(SortedSet *set, const SortedType *type, const void *key)
{
        if (!sorted_set_find(set, type, key))
                return 0;
        int r = cut(&set->root, type, key);
        while (r == 0 && set->root && !set->root->is_leaf && set->root->n == 1) {
                SortedNode *child = node_ref(set->root->items[0]);
                node_unref(set->root, type);
                set->root = child;
        }
        if (r == 0 && set->root->count == 0)
                sorted_set_done(set, type);
        return r;
}

SortedSet sorted_set_share(const SortedSet *set)
{
        return (SortedSet){ set->root ? node_ref(set->root) : NULL };
}

void sorted_set_done(SortedSet *set, const SortedType *type)
{
        node_unref(set->root, type);
        set->root = NULL;
}

/* Makes a node of the first items or nodes of a list. */
static SortedNode *gather(const SortedType *type, void *const *items, size_t n, bool is_leaf)
{
        SortedNode *node = node_new(is_leaf);
        if (!node)
                return NULL;
        node->n = (uint16_t)(n < WIDTH ? n : WIDTH);
        memcpy(node->items, items, node->n * sizeof(*items));
        for (size_t i = 0; is_leaf && type->ref && i < node->n; i++)
                type->ref(node->items[i]);
        settle(node, type);
        return node;
}

/*
 * Makes the level above a list of items or nodes. @nodes: gets the nodes of the level; it may be the list.
 * After a failure all nodes are freed.
 */
static int build_level(const SortedType *type, void *const *items, size_t n, bool is_leaf, void **nodes)
{
        size_t made = 0;
        for (size_t i = 0; i < n; i += WIDTH) {
                SortedNode *node = gather(type, items + i, n - i, is_leaf);
                if (!node) {
                        for (size_t k = 0; k < made; k++)
                                node_unref(nodes[k], type);
                        for (size_t k = i; !is_leaf && k < n; k++)
                                node_unref(items[k], type);
                        return -ENOMEM;
                }
                nodes[made++] = node;
        }
        return 0;
}

static size_t level_size(size_t n)
{
        return (n + WIDTH - 1) / WIDTH;
}

int sorted_set_build(const SortedType *type, void *const *items, size_t n, SortedSet *ret)
{
        if (n == 0) {
                ret->root = NULL;
                return 0;
        }
        CLEANUP(cleanup_free) void **nodes = calloc(level_size(n), sizeof(*nodes));
        int r = nodes ? build_level(type, items, n, true, nodes) : -ENOMEM;
        for (n = level_size(n); r == 0 && n > 1; n = level_size(n))
                r = build_level(type, nodes, n, false, nodes);
        if (r == 0)
                ret->root = nodes[0];
        return r;
}

size_t sorted_set_count(const SortedSet *set)
{
        return set->root ? set->root->count : 0;
}

size_t sorted_set_rank(const SortedSet *set, const SortedType *type, const void *key)
{
        size_t rank = 0;
        const SortedNode *node = set->root;
        while (node && !node->is_leaf) {
                size_t at = child_for(node, type, key);
                for (size_t i = 0; i < at; i++)
                        rank += ((SortedNode *)node->items[i])->count;
                node = node->items[at];
        }
        return node ? rank + position(node, type, key, false) : 0;
}

void *sorted_set_find(const SortedSet *set, const SortedType *type, const void *key)
{
        const SortedNode *node = set->root;
        while (node && !node->is_leaf)
                node = node->items[child_for(node, type, key)];
        size_t at = node ? position(node, type, key, false) : 0;
        return node && at < node->n && type->compare(node->items[at], key) == 0 ? node->items[at] : NULL;
}

void *sorted_set_at(SortedCursor *cursor, size_t index)
{
        if (index >= sorted_set_count(cursor->set))
                return NULL;
        if (cursor->leaf && index >= cursor->first && index - cursor->first < cursor->leaf->n)
                return cursor->leaf->items[index - cursor->first];
        const SortedNode *node = cursor->set->root;
        cursor->first = 0;
        while (!node->is_leaf) {
                size_t at = 0;
                const SortedNode *child;
                while (child = node->items[at], index - cursor->first >= child->count) {
                        cursor->first += child->count;
                        at++;
                }
                node = child;
        }
        cursor->leaf = node;
        return node->items[index - cursor->first];
}

/*
 * As sorted_set_next_above(), for the items below a node. @index: from the node's first item; may be beyond
 */
static size_t next_above(const SortedNode *node, const SortedType *type, size_t index, int64_t measure)
{
        size_t before = 0;
        if (node->most <= measure)
                return node->count;
        for (size_t i = 0; i < node->n; i++) {
                const SortedNode *child = node->is_leaf ? NULL : node->items[i];
                size_t count = child ? child->count : 1;
                if (index < before + count) {
                        size_t from = index > before ? index - before : 0;
                        size_t found = child ? next_above(child, type, from, measure)
                                       : type->measure(node->items[i]) > measure ? 0
                                                                                 : 1;
                        if (found < count)
                                return before + found;
                }
                before += count;
        }
        return node->count;
}

size_t sorted_set_next_above(const SortedSet *set, const SortedType *type, size_t index, int64_t measure)
{
        return set->root && index < set->root->count ? next_above(set->root, type, index, measure)
                                                     : sorted_set_count(set);
}
