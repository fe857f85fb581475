#include "store/number-map.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>

typedef struct Pair {
        int64_t from, to;
} Pair;

static int compare(const void *a, const void *b)
{
        const Pair *left = a, *right = b;
        return (left->from > right->from) - (left->from < right->from);
}

void number_map_done(NumberMap *map)
{
        tdestroy(map->root, free);
        map->root = NULL;
}

int number_map_put(NumberMap *map, int64_t from, int64_t to)
{
        Pair *pair = malloc(sizeof(*pair));
        if (!pair)
                return -ENOMEM;
        *pair = (Pair){ from, to };
        Pair **found = tsearch(pair, &map->root, compare);
        if (!found || *found != pair)
                free(pair);
        if (!found)
                return -ENOMEM;
        (*found)->to = to;
        return 0;
}

bool number_map_get(const NumberMap *map, int64_t from, int64_t *ret)
{
        const Pair sought = { .from = from };
        Pair *const *found = tfind(&sought, &map->root, compare);
        if (found)
                *ret = (*found)->to;
        return found != NULL;
}
