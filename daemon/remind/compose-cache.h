#pragma once

/*
 * Inside of remind/ only: the reminders that were composed last, as patterns for those that tell other
 * readers the same. A cache belongs to one thread and holds for one configuration.
 */

#include "calendar/event.h"
#include "calendar/publish.h"
#include "mail/template.h"
#include "store/ledger.h"

typedef struct ComposeCache ComposeCache;

/**
 * The mail by its event, occurrence, lead, language and clock. The event is the same as long as the number
 * of its last change is.
 */
typedef struct ComposeKey {
        int64_t object, change;
        const char *rule, *recurrence_id, *start; /* as the row of the ledger has them */
        const char *language;
        const Zone *zone; /* the reader's own; NULL: the event's */
        PublishAudience audience;
} ComposeKey;

/** A composed mail, and the conditions under which it is still true. */
typedef struct ComposeSheet {
        usec_t start_usec, end_usec; /* of the occurrence */
        const Zone *event_zone, *reader_zone;
        int64_t event_day, reader_day; /* on their clocks, since the epoch: "tomorrow" is true for a day */
        bool late;
        const char *finish, *place; /* what it tells (row-texts.h); copied by compose_cache_keep() */
        MessageTemplate *pattern;
        MailDictionary *dictionary; /* the mail that was made */
} ComposeSheet;

int compose_cache_new(ComposeCache **ret);
ComposeCache *compose_cache_free(ComposeCache *cache);
DEFINE_CLEANUP(ComposeCache, compose_cache_freep, compose_cache_free)

/** compose_cache_find() - borrowed until the next compose_cache_keep(); NULL when there is none. */
const ComposeSheet *compose_cache_find(const ComposeCache *cache, const ComposeKey *key);

/**
 * compose_cache_keep() - instead of the one under this key, else of the oldest. @sheet's pattern and
 * dictionary are taken over in any case; the key is copied.
 */
int compose_cache_keep(ComposeCache *cache, const ComposeKey *key, const ComposeSheet *sheet);

/** compose_sheet_day() - the day on a clock. */
int64_t compose_sheet_day(const Zone *zone, usec_t now);

/** compose_sheet_holds() - whether the sheet is still true at @now for a mail that is late or not. */
bool compose_sheet_holds(const ComposeSheet *sheet, bool late, usec_t now);
