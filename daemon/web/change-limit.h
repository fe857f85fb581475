#pragma once

/*
 * How often a contact may change its choices by the link in its mails: each change is written to the store
 * and worked out anew. Kept in memory alone, for the contacts that changed something last. Any thread may
 * call.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct ChangeLimit ChangeLimit;

enum {
        CHANGE_LIMIT_AT_ONCE = 30,  /* so many, and after them */
        CHANGE_LIMIT_SECONDS = 120, /* one in so long */
};

/** change_limit_new() - Return: 0 or -ENOMEM. */
int change_limit_new(ChangeLimit **ret);
ChangeLimit *change_limit_free(ChangeLimit *limit);
DEFINE_CLEANUP(ChangeLimit, change_limit_freep, change_limit_free)

/** change_limit_take() - whether a contact may change something once more at @now; if so, it counts. */
bool change_limit_take(ChangeLimit *limit, int64_t contact, usec_t now);
