#include "meet/busy.h"

#include "base/array.h"

#include <errno.h>
#include <string.h>

void busy_done(BusyList *list)
{
        free(list->items);
        arena_done(&list->arena);
}

static const char *copy(Arena *arena, const char *text)
{
        return text && text[0] ? arena_copy(arena, text, strlen(text)) : "";
}

int busy_add(BusyList *list, const Busy *busy)
{
        if (busy->end <= busy->start)
                return 0;
        Busy *items = array_grow(list->items, list->n, sizeof(*items));
        if (!items)
                return -ENOMEM;
        list->items = items;
        Busy *added = &list->items[list->n];
        *added = *busy;
        added->uid = copy(&list->arena, busy->uid);
        added->offer = copy(&list->arena, busy->offer);
        added->site = copy(&list->arena, busy->site);
        added->place = copy(&list->arena, busy->place);
        if (!added->uid || !added->offer || !added->site || !added->place)
                return -ENOMEM;
        list->n++;
        return 0;
}

static int compare(const void *a, const void *b)
{
        const Busy *left = a, *right = b;
        if (left->start != right->start)
                return left->start < right->start ? -1 : 1;
        return (left->end > right->end) - (left->end < right->end);
}

void busy_sort(BusyList *list)
{
        if (list->n > 1)
                qsort(list->items, list->n, sizeof(*list->items), compare);
}
