#include "store/row-copy.h"

#include <stdlib.h>
#include <string.h>

void *row_copy_new(size_t size, const char **texts, size_t n, size_t n_more, char **ret_more)
{
        size_t total = size + n_more;
        for (size_t i = 0; i < n; i++)
                total += strlen(texts[i]) + 1;
        char *copy = malloc(total);
        if (!copy)
                return NULL;
        char *at = copy + size;
        for (size_t i = 0; i < n; i++) {
                const char *text = texts[i];
                texts[i] = at;
                at = stpcpy(at, text) + 1;
        }
        if (ret_more)
                *ret_more = at;
        return copy;
}
