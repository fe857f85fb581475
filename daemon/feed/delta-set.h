#pragma once

/* Private to feed/: the UIDs that a delta may have to tell of. */

#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct DeltaUid {
        bool was_shown; /* in the feed, at or after the token */
        char uid[];
} DeltaUid;

typedef struct DeltaSet {
        DeltaUid **list; /* owned */
        size_t n;
} DeltaSet;

/** delta_set_add() - append a UID; it may be there already. Return: 0, -ENOMEM. */
int delta_set_add(DeltaSet *set, const char *uid, bool was_shown);

/** delta_set_sort() - sort by UID; a UID that is there more than once becomes one */
void delta_set_sort(DeltaSet *set);
void delta_set_done(DeltaSet *set);
