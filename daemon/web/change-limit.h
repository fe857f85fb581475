#pragma once

/*
 * A limit on how often a contact may change its choices with the link in its mails, because each change
 * causes a write to the store and a new fan-out. The counts are only in memory, for the contacts with the
 * latest changes. Any thread may call these functions.
 */

#include "base/cleanup.h"
#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct ChangeLimit ChangeLimit;

enum {
        CHANGE_LIMIT_AT_ONCE = 30,  /* this many changes at once */
        CHANGE_LIMIT_SECONDS = 120, /* then one change per this time */
};

/** change_limit_new() - make an empty table. Return: 0 or -ENOMEM. */
int change_limit_new(ChangeLimit **ret);
ChangeLimit *change_limit_free(ChangeLimit *limit);
DEFINE_CLEANUP(ChangeLimit, change_limit_freep, change_limit_free)

/**
 * change_limit_take() - whether a contact may make one more change at @now. If so, the change is counted.
 */
bool change_limit_take(ChangeLimit *limit, int64_t contact, usec_t now);
