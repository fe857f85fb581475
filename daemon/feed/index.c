#include "feed/index.h"

#include "base/hash.h"

#include <errno.h>
#include <string.h>

enum { SLOTS_LEAST = 16 };

static size_t slot_of(const FeedIndex *index, const char *key)
{
        return hash_quick(key) & (index->n_slots - 1);
}

static size_t next_slot(const FeedIndex *index, size_t slot)
{
        return (slot + 1) & (index->n_slots - 1);
}

/* At most two thirds of the slots are used, so that a search meets an empty one soon. */
int feed_index_reserve(FeedIndex *index, size_t n)
{
        size_t n_slots = SLOTS_LEAST;
        while (n_slots / 3 * 2 < n)
                n_slots *= 2;
        if (n_slots <= index->n_slots)
                return 0;
        FeedIndex larger = { .slots = calloc(n_slots, sizeof(*larger.slots)), .n_slots = n_slots };
        if (!larger.slots)
                return -ENOMEM;
        for (size_t i = 0; i < index->n_slots; i++)
                if (index->slots[i])
                        feed_index_add(&larger, index->slots[i]);
        free(index->slots);
        *index = larger;
        return 0;
}

void feed_index_add(FeedIndex *index, FeedEntry *entry)
{
        size_t slot = slot_of(index, feed_entry_key(entry));
        while (index->slots[slot])
                slot = next_slot(index, slot);
        index->slots[slot] = entry;
        index->n++;
}

/* Fills the empty slot with a later entry that a search for would not pass it, and so on to the next gap. */
static void close_gap(FeedIndex *index, size_t gap)
{
        for (size_t slot = next_slot(index, gap); index->slots[slot]; slot = next_slot(index, slot)) {
                size_t own = slot_of(index, feed_entry_key(index->slots[slot]));
                size_t mask = index->n_slots - 1;
                if (((slot - own) & mask) < ((slot - gap) & mask))
                        continue;
                index->slots[gap] = index->slots[slot];
                index->slots[slot] = NULL;
                gap = slot;
        }
}

void feed_index_remove(FeedIndex *index, const FeedEntry *entry)
{
        size_t slot = slot_of(index, feed_entry_key(entry));
        while (index->slots[slot] != entry)
                slot = next_slot(index, slot);
        index->slots[slot] = NULL;
        index->n--;
        close_gap(index, slot);
}

FeedEntry *feed_index_find(const FeedIndex *index, const char *key)
{
        if (index->n == 0)
                return NULL;
        size_t slot = slot_of(index, key);
        while (index->slots[slot] && strcmp(feed_entry_key(index->slots[slot]), key) != 0)
                slot = next_slot(index, slot);
        return index->slots[slot];
}

void feed_index_done(FeedIndex *index)
{
        free(index->slots);
        *index = (FeedIndex){ 0 };
}
