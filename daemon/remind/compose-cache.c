#include "remind/compose-cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Each entry has the bytes of one mail. The cache needs one entry for each combination of language, time
 * zone and event whose reminders are due at the same time.
 */
enum { PATTERNS_MAX = 32 };

typedef struct Entry {
        ComposeKey key; /* its texts are copies */
        ComposeSheet sheet;
} Entry;

struct ComposeCache {
        Entry entries[PATTERNS_MAX];
        int n;
        int next; /* when all entries are in use: the index of the one to replace next */
};

static void entry_done(Entry *entry)
{
        free((char *)entry->key.rule);
        free((char *)entry->key.recurrence_id);
        free((char *)entry->key.start);
        free((char *)entry->key.language);
        free((char *)entry->sheet.finish);
        free((char *)entry->sheet.place);
        message_template_free(entry->sheet.pattern);
        mail_dictionary_unref(entry->sheet.dictionary);
        *entry = (Entry){ 0 };
}

int compose_cache_new(ComposeCache **ret)
{
        *ret = NULL;
        ComposeCache *cache = calloc(1, sizeof(*cache));
        if (!cache)
                return -ENOMEM;
        *ret = cache;
        return 0;
}

ComposeCache *compose_cache_free(ComposeCache *cache)
{
        for (int i = 0; cache && i < cache->n; i++)
                entry_done(&cache->entries[i]);
        free(cache);
        return NULL;
}

static bool same_key(const ComposeKey *a, const ComposeKey *b)
{
        return a->object == b->object && a->change == b->change && a->zone == b->zone &&
               a->audience == b->audience && strcmp(a->rule, b->rule) == 0 &&
               strcmp(a->start, b->start) == 0 && strcmp(a->recurrence_id, b->recurrence_id) == 0 &&
               strcmp(a->language, b->language) == 0;
}

static int find(const ComposeCache *cache, const ComposeKey *key)
{
        for (int i = 0; i < cache->n; i++)
                if (same_key(&cache->entries[i].key, key))
                        return i;
        return -1;
}

const ComposeSheet *compose_cache_find(const ComposeCache *cache, const ComposeKey *key)
{
        int place = find(cache, key);
        return place < 0 ? NULL : &cache->entries[place].sheet;
}

static int copy_entry(const ComposeKey *key, const ComposeSheet *sheet, Entry *ret)
{
        *ret = (Entry){ .key = *key, .sheet = *sheet };
        ret->key.rule = strdup(key->rule);
        ret->key.recurrence_id = strdup(key->recurrence_id);
        ret->key.start = strdup(key->start);
        ret->key.language = strdup(key->language);
        ret->sheet.finish = strdup(sheet->finish);
        ret->sheet.place = strdup(sheet->place);
        return ret->key.rule && ret->key.recurrence_id && ret->key.start && ret->key.language &&
                                               ret->sheet.finish && ret->sheet.place
                               ? 0
                               : -ENOMEM;
}

int compose_cache_keep(ComposeCache *cache, const ComposeKey *key, const ComposeSheet *sheet)
{
        Entry entry;
        int place = find(cache, key);
        int r = copy_entry(key, sheet, &entry);
        if (r < 0) {
                entry_done(&entry);
                return r;
        }
        if (place < 0 && cache->n < PATTERNS_MAX)
                place = cache->n++;
        if (place < 0) {
                place = cache->next;
                cache->next = (place + 1) % PATTERNS_MAX;
        }
        entry_done(&cache->entries[place]);
        cache->entries[place] = entry;
        return 0;
}

int64_t compose_sheet_day(const Zone *zone, usec_t now)
{
        CivilTime civil = zone_to_civil(zone, now / USEC_PER_SEC);
        return civil_days(civil.year, civil.month, civil.day);
}

bool compose_sheet_holds(const ComposeSheet *sheet, bool late, usec_t now)
{
        return sheet->late == late && sheet->event_day == compose_sheet_day(sheet->event_zone, now) &&
               sheet->reader_day == compose_sheet_day(sheet->reader_zone, now);
}
