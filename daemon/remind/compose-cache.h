#pragma once

/*
 * Inside of remind/ only: a cache of the reminders that were composed last, as templates for readers who
 * get the same contents. A cache belongs to one thread and is valid for one configuration.
 */

#include "calendar/event.h"
#include "calendar/publish.h"
#include "mail/template.h"
#include "store/ledger.h"

typedef struct ComposeCache ComposeCache;

/**
 * Identifies a mail by event, occurrence, lead, language and time zone. `change` is the number of the
 * event's last change, and so identifies its version.
 */
typedef struct ComposeKey {
        int64_t object, change;
        const char *rule, *recurrence_id, *start; /* as in the ledger row */
        const char *language;
        const Zone *zone; /* the reader's own; NULL: the event's */
        PublishAudience audience;
} ComposeKey;

/** A composed mail, and the conditions under which it is still true. */
typedef struct ComposeSheet {
        usec_t start_usec, end_usec; /* of the occurrence */
        const Zone *event_zone, *reader_zone;
        int64_t event_day, reader_day; /* in these zones, since the epoch: "tomorrow" is true for one day */
        bool late;
        const char *finish, *place; /* in the mail (row-texts.h); copied by compose_cache_keep() */
        MessageTemplate *pattern;
        MailDictionary *dictionary; /* made of the mail's bytes */
} ComposeSheet;

int compose_cache_new(ComposeCache **ret);
ComposeCache *compose_cache_free(ComposeCache *cache);
DEFINE_CLEANUP(ComposeCache, compose_cache_freep, compose_cache_free)

/**
 * compose_cache_find() - find a sheet, borrowed until the next compose_cache_keep(); NULL if there is none
 */
const ComposeSheet *compose_cache_find(const ComposeCache *cache, const ComposeKey *key);

/**
 * compose_cache_keep() - store a sheet, in place of the one with this key, else of the oldest. Takes over
 * @sheet's pattern and dictionary, also on failure; copies the key.
 */
int compose_cache_keep(ComposeCache *cache, const ComposeKey *key, const ComposeSheet *sheet);

/** compose_sheet_day() - return the day at @now in a zone, since the epoch */
int64_t compose_sheet_day(const Zone *zone, usec_t now);

/** compose_sheet_holds() - whether the sheet is still true at @now for a mail that is @late or not */
bool compose_sheet_holds(const ComposeSheet *sheet, bool late, usec_t now);
