#pragma once

/* Inside of store/ only: the numbers of one store's rows and those that they have in another store. */

#include <stdbool.h>
#include <stdint.h>

typedef struct NumberMap {
        void *root; /* a tree of search.h */
} NumberMap;

void number_map_done(NumberMap *map);

/** number_map_put() - set the number that belongs to @from. Return: 0 or -ENOMEM. */
int number_map_put(NumberMap *map, int64_t from, int64_t to);

/** number_map_get() - get the number that belongs to @from; false if there is none */
bool number_map_get(const NumberMap *map, int64_t from, int64_t *ret);
