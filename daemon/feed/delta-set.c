#include "feed/delta-set.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int delta_set_add(DeltaSet *set, const char *uid, bool was_shown)
{
        DeltaUid **list = array_grow(set->list, set->n, sizeof(*list));
        if (!list)
                return -ENOMEM;
        set->list = list;
        size_t size = strlen(uid) + 1;
        DeltaUid *added = malloc(sizeof(*added) + size);
        if (!added)
                return -ENOMEM;
        added->was_shown = was_shown;
        memcpy(added->uid, uid, size);
        set->list[set->n++] = added;
        return 0;
}

static int compare(const void *a, const void *b)
{
        return strcmp((*(DeltaUid *const *)a)->uid, (*(DeltaUid *const *)b)->uid);
}

void delta_set_sort(DeltaSet *set)
{
        size_t n = 0;
        if (set->n > 1)
                qsort(set->list, set->n, sizeof(*set->list), compare);
        for (size_t i = 0; i < set->n; i++) {
                DeltaUid *next = set->list[i];
                if (n == 0 || strcmp(set->list[n - 1]->uid, next->uid) != 0) {
                        set->list[n++] = next;
                        continue;
                }
                set->list[n - 1]->was_shown |= next->was_shown;
                free(next);
        }
        set->n = n;
}

void delta_set_done(DeltaSet *set)
{
        for (size_t i = 0; i < set->n; i++)
                free(set->list[i]);
        free(set->list);
        *set = (DeltaSet){ 0 };
}
