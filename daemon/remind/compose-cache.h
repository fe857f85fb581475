#pragma once

/*
 * Private to remind/: a cache of the reminders that were composed last. They serve as templates for other
 * recipients of the same reminder. A cache belongs to one thread and is valid for one configuration.
 */

#include "calendar/event.h"
#include "calendar/publish.h"
#include "mail/template.h"
#include "store/ledger.h"

typedef struct ComposeCache ComposeCache;

/**
 * Identifies a mail by event, occurrence, lead, language, time zone and audience. `change` is the number of
 * the event's last change, which identifies the version of the event.
 */
typedef struct ComposeKey {
        int64_t object, change;
        const char *rule, *recurrence_id, *start; /* as in the ledger row */
        const char *language;
        const Zone *zone; /* the recipient's; NULL for the event's zone */
        PublishAudience audience;
} ComposeKey;

/** A composed mail, and the facts that decide whether it is still correct. */
typedef struct ComposeSheet {
        usec_t start_usec, end_usec; /* of the occurrence */
        const Zone *event_zone, *reader_zone;
        /* of the composing, in days since the epoch: next day "tomorrow" is false */
        int64_t event_day, reader_day;
        bool late;
        const char *finish, *place; /* as the mail names them; `finish` as in row-texts.h */
        MessageTemplate *pattern;
        MailDictionary *dictionary; /* made from the mail's bytes */
} ComposeSheet;

int compose_cache_new(ComposeCache **ret);
ComposeCache *compose_cache_free(ComposeCache *cache);
DEFINE_CLEANUP(ComposeCache, compose_cache_freep, compose_cache_free)

/**
 * compose_cache_find() - find a sheet, borrowed until the next compose_cache_keep(); NULL if there is none
 */
const ComposeSheet *compose_cache_find(const ComposeCache *cache, const ComposeKey *key);

/**
 * compose_cache_keep() - store a sheet. It replaces the sheet with the same key or, if the cache is full,
 * the oldest one. The cache copies the texts of @key and @sheet, and takes over the pattern and the
 * dictionary of @sheet, even on failure.
 * Return: 0 or -ENOMEM.
 */
int compose_cache_keep(ComposeCache *cache, const ComposeKey *key, const ComposeSheet *sheet);

/** compose_sheet_day() - return the day that @now falls on in a zone, in days since the epoch */
int64_t compose_sheet_day(const Zone *zone, usec_t now);

/**
 * compose_sheet_holds() - whether a sheet is still correct at @now, for a mail that is late (@late) or not
 */
bool compose_sheet_holds(const ComposeSheet *sheet, bool late, usec_t now);
