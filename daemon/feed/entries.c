#include "feed/entries.h"

#include "base/array.h"

#include <errno.h>
#include <string.h>

/* Names of collections have no slash. */
static size_t key_size(const char *collection, const char *resource)
{
        return strlen(collection) + strlen("/") + strlen(resource) + 1;
}

static void write_key(const char *collection, const char *resource, char *ret)
{
        stpcpy(stpcpy(stpcpy(ret, collection), "/"), resource);
}

FeedEntry *feed_entry_new(const char *uid, const char *collection, const char *resource,
                const uint16_t *zones, size_t n_zones)
{
        size_t uid_size = strlen(uid) + 1, zones_size = n_zones * sizeof(*zones);
        FeedEntry *entry =
                        calloc(1, sizeof(*entry) + zones_size + uid_size + key_size(collection, resource));
        if (!entry)
                return NULL;
        entry->n_zones = (uint16_t)n_zones;
        if (n_zones > 0)
                memcpy(entry->zones, zones, zones_size);
        char *names = (char *)(entry->zones + n_zones);
        memcpy(names, uid, uid_size);
        write_key(collection, resource, names + uid_size);
        return entry;
}

const char *feed_entry_uid(const FeedEntry *entry)
{
        return (const char *)(entry->zones + entry->n_zones);
}

const char *feed_entry_key(const FeedEntry *entry)
{
        const char *uid = feed_entry_uid(entry);
        return uid + strlen(uid) + 1;
}

int feed_entry_order(const void *a, const void *b)
{
        const FeedEntry *left = *(const FeedEntry *const *)a, *right = *(const FeedEntry *const *)b;
        if (left->start != right->start)
                return left->start < right->start ? -1 : 1;
        int order = strcmp(feed_entry_uid(left), feed_entry_uid(right));
        return order != 0 ? order : strcmp(feed_entry_key(left), feed_entry_key(right));
}

int feed_entries_add(FeedEntries *entries, FeedEntry *entry)
{
        FeedEntry **list = array_grow(entries->list, entries->n, sizeof(FeedEntry *));
        if (!list)
                return -ENOMEM;
        entries->list = list;
        entries->list[entries->n++] = entry;
        return 0;
}

void feed_entries_done(FeedEntries *entries)
{
        free(entries->list);
        *entries = (FeedEntries){ 0 };
}

void feed_entries_free(FeedEntries *entries)
{
        for (size_t i = 0; i < entries->n; i++)
                free(entries->list[i]);
        feed_entries_done(entries);
}

int feed_keys_add(FeedKeys *keys, const char *collection, const char *resource)
{
        char **list = array_grow(keys->list, keys->n, sizeof(*list));
        if (!list)
                return -ENOMEM;
        keys->list = list;
        char *key = malloc(key_size(collection, resource));
        if (!key)
                return -ENOMEM;
        write_key(collection, resource, key);
        keys->list[keys->n++] = key;
        return 0;
}

static int compare_keys(const void *a, const void *b)
{
        return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void feed_keys_sort(FeedKeys *keys)
{
        if (keys->n > 1)
                qsort(keys->list, keys->n, sizeof(*keys->list), compare_keys);
}

bool feed_keys_has(const FeedKeys *keys, const char *key)
{
        return keys->n > 0 && bsearch(&key, keys->list, keys->n, sizeof(*keys->list), compare_keys);
}

void feed_keys_done(FeedKeys *keys)
{
        for (size_t i = 0; i < keys->n; i++)
                free(keys->list[i]);
        free(keys->list);
        *keys = (FeedKeys){ 0 };
}
