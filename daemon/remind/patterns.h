#pragma once

/*
 * Inside of remind/ only: the reminders that the courier has made last, as patterns of those that tell others the same. A reminder of one
 * event to many says the same in each language, on each clock and on each day; what is composed once is then filled in for each of them.
 * One thread's, under one configuration.
 */

#include "calendar/event.h"
#include "mail/pattern.h"
#include "store/ledger.h"

typedef struct Patterns Patterns;

/** Whose words they are and what of. The event is the same as long as the number of its last change is. */
typedef struct PatternKey {
        int64_t object, change;
        const char *rule, *recurrence_id, *start; /* as the row of the ledger has them */
        const char *language;
        const Zone *zone; /* the reader's own; NULL: the event's */
} PatternKey;

/** What was made, and what it holds for. */
typedef struct PatternSheet {
        usec_t start_usec, end_usec; /* of the occurrence */
        const Zone *event_zone, *reader_zone;
        int64_t event_day, reader_day; /* on their clocks, since the epoch: "tomorrow" is true for a day */
        bool late;
        MessagePattern *pattern;
        MailSample *sample; /* the mail that was made */
} PatternSheet;

int patterns_new(Patterns **ret);
Patterns *patterns_free(Patterns *patterns);
DEFINE_CLEANUP(Patterns, patterns_freep, patterns_free)

/** patterns_find() - borrowed until the next patterns_keep(); NULL when there is none. */
const PatternSheet *patterns_find(const Patterns *patterns, const PatternKey *key);

/** patterns_keep() - instead of the one under this key, else of the oldest. @sheet's pattern and sample are taken over in any case; the key is copied. */
int patterns_keep(Patterns *patterns, const PatternKey *key, const PatternSheet *sheet);

/** pattern_day() - the day on a clock. */
int64_t pattern_day(const Zone *zone, usec_t now);

/** pattern_holds() - whether the sheet is still true at @now for a mail that is late or not. */
bool pattern_holds(const PatternSheet *sheet, bool late, usec_t now);
