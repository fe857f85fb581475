#include "store/object-numbers.h"

#include "base/cleanup.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Reserved {
        char *key; /* "COLLECTION/UID" */
        int64_t number;
} Reserved;

struct ObjectNumbers {
        void *root; /* a tree of search.h */
};

static int compare(const void *a, const void *b)
{
        const Reserved *left = a, *right = b;
        return strcmp(left->key, right->key);
}

static void reserved_free(void *entry)
{
        Reserved *reserved = entry;
        free(reserved->key);
        free(reserved);
}

ObjectNumbers *object_numbers_free(ObjectNumbers *numbers)
{
        if (numbers)
                tdestroy(numbers->root, reserved_free);
        free(numbers);
        return NULL;
}

int object_numbers_keep(ObjectNumbers **numbers, const char *collection, const char *uid, int64_t number)
{
        Reserved *reserved = calloc(1, sizeof(*reserved));
        if (!*numbers)
                *numbers = calloc(1, sizeof(**numbers));
        if (!*numbers || !reserved || asprintf(&reserved->key, "%s/%s", collection, uid) < 0) {
                free(reserved);
                return -ENOMEM;
        }
        reserved->number = number;
        Reserved **found = tsearch(reserved, &(*numbers)->root, compare);
        if (!found || *found != reserved)
                reserved_free(reserved);
        return found ? 0 : -ENOMEM;
}

int object_numbers_take(ObjectNumbers *numbers, const char *collection, const char *uid, int64_t *ret)
{
        CLEANUP(cleanup_free) char *key = NULL;
        *ret = 0;
        if (!numbers)
                return 0;
        if (asprintf(&key, "%s/%s", collection, uid) < 0)
                return -ENOMEM;
        Reserved *const *found = tfind(&(Reserved){ .key = key }, &numbers->root, compare);
        if (!found)
                return 0;
        *ret = (*found)->number;
        (*found)->number = 0;
        return 0;
}
