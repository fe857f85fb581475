#include "web/change-limit.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

enum { SETS = 256, WAYS = 4 };

static const usec_t EACH = CHANGE_LIMIT_SECONDS * USEC_PER_SEC;

/* Each change adds EACH to `moment`. A contact may still make (now - moment) / EACH changes. */
typedef struct Entry {
        int64_t contact; /* 0 for none */
        usec_t moment;
} Entry;

struct ChangeLimit {
        pthread_mutex_t lock;
        Entry entries[SETS][WAYS];
};

int change_limit_new(ChangeLimit **ret)
{
        *ret = NULL;
        ChangeLimit *limit = calloc(1, sizeof(*limit));
        if (!limit)
                return -ENOMEM;
        pthread_mutex_init(&limit->lock, NULL);
        *ret = limit;
        return 0;
}

ChangeLimit *change_limit_free(ChangeLimit *limit)
{
        if (!limit)
                return NULL;
        pthread_mutex_destroy(&limit->lock);
        free(limit);
        return NULL;
}

/*
 * Finds the contact's entry. A new contact replaces the contact of the same set that has the most changes
 * left.
 */
static Entry *find_entry(ChangeLimit *limit, int64_t contact)
{
        Entry *set = limit->entries[(uint64_t)contact % SETS], *least = set;
        for (Entry *entry = set; entry < set + WAYS; entry++) {
                if (entry->contact == contact)
                        return entry;
                if (entry->moment < least->moment)
                        least = entry;
        }
        *least = (Entry){ .contact = contact };
        return least;
}

/*
 * Counts a change if one is left. An entry in the future is reset, so that a clock set back does not block
 * a contact.
 */
static bool take(Entry *entry, usec_t now)
{
        usec_t earliest = now - CHANGE_LIMIT_AT_ONCE * EACH;
        if (entry->moment < earliest || entry->moment > now)
                entry->moment = earliest;
        if (now - entry->moment < EACH)
                return false;
        entry->moment += EACH;
        return true;
}

bool change_limit_take(ChangeLimit *limit, int64_t contact, usec_t now)
{
        pthread_mutex_lock(&limit->lock);
        bool may = take(find_entry(limit, contact), now);
        pthread_mutex_unlock(&limit->lock);
        return may;
}
