#pragma once

/* Keeps drafts in the store: new ones, changes after a second reading, and what is known already. */

#include "config/config.h"
#include "draft/change.h"
#include "draft/model.h"
#include "store/store.h"

typedef enum DraftKept {
        DRAFT_CREATED,
        DRAFT_UPDATED,
        DRAFT_UNCHANGED,
        /*
         * An event with the same words, days and place, or a confirmed draft. It is not changed; what
         * the text tells otherwise is in the DraftChange.
         */
        DRAFT_KNOWN,
} DraftKept;

typedef struct DraftKeep {
        Store *store; /* in a write transaction, which is the caller's */
        const Config *config;
        ZoneTable *zones;
        const char *language; /* a tag, of the reasons */
        usec_t now;
        /*
         * Called for each draft, events before their parts; NULL for none. @change: of DRAFT_KNOWN only,
         * borrowed; else NULL
         */
        void (*on_kept)(const DraftEvent *event, const char *uid, DraftKept kept, const DraftChange *change,
                        void *userdata);
        void *userdata;
} DraftKeep;

/**
 * draft_keep() - keep all drafts of a text. Return: 0, a condition of the store, EVENT_E_INVALID, negative
 * errno.
 */
int draft_keep(const DraftKeep *keep, const DraftSet *set);

/**
 * draft_compare() - call on_kept() for each draft as draft_keep() would, but keep nothing; a read
 * transaction is enough. Return: as draft_keep().
 */
int draft_compare(const DraftKeep *keep, const DraftSet *set);
