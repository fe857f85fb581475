#include "remind/patterns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A mail's bytes each: languages times clocks times the events that are reminded of at the same time. */
enum { PATTERNS_MAX = 32 };

typedef struct Entry {
        PatternKey key; /* its texts are copies */
        PatternSheet sheet;
} Entry;

struct Patterns {
        Entry entries[PATTERNS_MAX];
        int n;
        int next; /* to be replaced, once all are in use */
};

static void entry_done(Entry *entry)
{
        free((char *)entry->key.rule);
        free((char *)entry->key.recurrence_id);
        free((char *)entry->key.start);
        free((char *)entry->key.language);
        message_pattern_free(entry->sheet.pattern);
        mail_sample_unref(entry->sheet.sample);
        *entry = (Entry){ 0 };
}

int patterns_new(Patterns **ret)
{
        Patterns *patterns = calloc(1, sizeof(*patterns));
        if (!patterns)
                return -ENOMEM;
        *ret = patterns;
        return 0;
}

Patterns *patterns_free(Patterns *patterns)
{
        for (int i = 0; patterns && i < patterns->n; i++)
                entry_done(&patterns->entries[i]);
        free(patterns);
        return NULL;
}

static bool same_key(const PatternKey *a, const PatternKey *b)
{
        return a->object == b->object && a->change == b->change && a->zone == b->zone &&
               strcmp(a->rule, b->rule) == 0 && strcmp(a->start, b->start) == 0 &&
               strcmp(a->recurrence_id, b->recurrence_id) == 0 && strcmp(a->language, b->language) == 0;
}

static int find(const Patterns *patterns, const PatternKey *key)
{
        for (int i = 0; i < patterns->n; i++)
                if (same_key(&patterns->entries[i].key, key))
                        return i;
        return -1;
}

const PatternSheet *patterns_find(const Patterns *patterns, const PatternKey *key)
{
        int place = find(patterns, key);
        return place < 0 ? NULL : &patterns->entries[place].sheet;
}

static int copy_entry(const PatternKey *key, const PatternSheet *sheet, Entry *ret)
{
        *ret = (Entry){ .key = *key, .sheet = *sheet };
        ret->key.rule = strdup(key->rule);
        ret->key.recurrence_id = strdup(key->recurrence_id);
        ret->key.start = strdup(key->start);
        ret->key.language = strdup(key->language);
        return ret->key.rule && ret->key.recurrence_id && ret->key.start && ret->key.language ? 0 : -ENOMEM;
}

int patterns_keep(Patterns *patterns, const PatternKey *key, const PatternSheet *sheet)
{
        Entry entry;
        int place = find(patterns, key);
        int r = copy_entry(key, sheet, &entry);
        if (r < 0) {
                entry_done(&entry);
                return r;
        }
        if (place < 0 && patterns->n < PATTERNS_MAX)
                place = patterns->n++;
        if (place < 0) {
                place = patterns->next;
                patterns->next = (place + 1) % PATTERNS_MAX;
        }
        entry_done(&patterns->entries[place]);
        patterns->entries[place] = entry;
        return 0;
}

int64_t pattern_day(const Zone *zone, usec_t now)
{
        CivilTime civil = zone_to_civil(zone, now / USEC_PER_SEC);
        return civil_days(civil.year, civil.month, civil.day);
}

bool pattern_holds(const PatternSheet *sheet, bool late, usec_t now)
{
        return sheet->late == late && sheet->event_day == pattern_day(sheet->event_zone, now) &&
               sheet->reader_day == pattern_day(sheet->reader_zone, now);
}
