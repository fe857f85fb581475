#include "feed/chunks.h"

#include "base/hash.h"

#include <errno.h>
#include <string.h>

/* An entry of a new chunk, and where its lines are now. */
typedef struct Part {
        FeedEntry *entry;
        const char *text;
} Part;

/* The state of one update. */
typedef struct Cutter {
        const FeedChunksUpdate *update;
        size_t i_removed, i_added; /* of the next one */
        Part *parts;               /* of the chunk that has not ended */
        size_t n_parts, n_allocated;
        size_t size;
        FeedChunks *out, *made;
} Cutter;

/* The finalizer of MurmurHash3: each bit of the hash depends on each bit of FNV-1a's. */
static uint64_t mixed(uint64_t hash)
{
        hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdU;
        hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53U;
        return hash ^ hash >> 33;
}

bool feed_chunk_ends(const FeedEntry *entry, size_t size)
{
        return size >= FEED_CHUNK_MOST_BYTES ||
               (size >= FEED_CHUNK_LEAST_BYTES &&
                               mixed(hash_quick(feed_entry_uid(entry))) % FEED_CHUNK_ODDS < entry->len);
}

static FeedSpan *span_of(FeedChunk *chunk, uint16_t zone)
{
        for (size_t i = 0; i < chunk->n_spans; i++)
                if (chunk->spans[i].zone == zone)
                        return &chunk->spans[i];
        FeedSpan *span = &chunk->spans[chunk->n_spans++];
        *span = (FeedSpan){ .first = USEC_INFINITY, .last = INT64_MIN, .zone = zone };
        return span;
}

/* Finds the first and the last use of each zone. */
static void measure_zones(FeedChunk *chunk, usec_t limit)
{
        for (size_t i = 0; i < chunk->n; i++) {
                const FeedEntry *entry = chunk->entries[i];
                usec_t last = entry->end < limit ? entry->end : limit;
                last = last > entry->start ? last : entry->start;
                for (size_t j = 0; j < entry->n_zones; j++) {
                        FeedSpan *span = span_of(chunk, entry->zones[j]);
                        span->first = span->first < entry->start ? span->first : entry->start;
                        span->last = span->last > last ? span->last : last;
                }
        }
}

static size_t count_uses(const Part *parts, size_t n)
{
        size_t uses = 0;
        for (size_t i = 0; i < n; i++)
                uses += parts[i].entry->n_zones;
        return uses;
}

static int list_zones(FeedChunk *chunk, size_t n_uses, usec_t limit)
{
        if (n_uses == 0)
                return 0;
        CLEANUP(cleanup_free) FeedSpan *room = calloc(n_uses, sizeof(*room));
        if (!room)
                return -ENOMEM;
        chunk->spans = room;
        measure_zones(chunk, limit);
        chunk->spans = malloc(chunk->n_spans * sizeof(*room));
        if (!chunk->spans)
                return -ENOMEM;
        memcpy(chunk->spans, room, chunk->n_spans * sizeof(*room));
        return 0;
}

static void chunk_free(FeedChunk *chunk)
{
        chunk_unref(chunk->chunk);
        free(chunk->spans);
        free(chunk);
}

static void free_chunk(FeedChunk **chunk)
{
        if (*chunk)
                chunk_free(*chunk);
}

static int write_chunk(const Cutter *cutter, FeedChunk *chunk)
{
        char *at;
        CLEANUP(blob_unrefp) Blob *blob = blob_allocate_on_heap(cutter->size, &at);
        if (!blob)
                return -ENOMEM;
        for (size_t i = 0; i < cutter->n_parts; i++) {
                chunk->entries[i] = cutter->parts[i].entry;
                at = mempcpy(at, cutter->parts[i].text, cutter->parts[i].entry->len);
        }
        return chunk_new(blob, &chunk->chunk);
}

/* Makes room for @n more chunks. */
static int reserve(FeedChunks *chunks, size_t n)
{
        if (chunks->allocated - chunks->n >= n)
                return 0;
        size_t wanted = chunks->n + chunks->n / 2 + n;
        FeedChunk **list = realloc(chunks->list, wanted * sizeof(*list));
        if (!list)
                return -ENOMEM;
        chunks->list = list;
        chunks->allocated = wanted;
        return 0;
}

/* Makes a chunk of the parts so far. */
static int end_chunk(Cutter *cutter)
{
        size_t n = cutter->n_parts;
        CLEANUP(free_chunk) FeedChunk *chunk = calloc(1, sizeof(*chunk) + n * sizeof(*chunk->entries));
        if (!chunk)
                return -ENOMEM;
        chunk->n = n;
        int r = write_chunk(cutter, chunk);
        if (r == 0)
                r = reserve(cutter->made, 1);
        if (r == 0)
                r = reserve(cutter->out, 1);
        if (r == 0)
                r = list_zones(chunk, count_uses(cutter->parts, n), cutter->update->limit);
        if (r < 0)
                return r;
        cutter->made->list[cutter->made->n++] = chunk;
        cutter->out->list[cutter->out->n++] = TAKE_PTR(chunk);
        cutter->n_parts = cutter->size = 0;
        return 0;
}

static int add_part(Cutter *cutter, FeedEntry *entry, const char *text)
{
        if (cutter->n_parts == cutter->n_allocated) {
                size_t wanted = cutter->n_allocated * 2 + 64;
                Part *parts = realloc(cutter->parts, wanted * sizeof(*parts));
                if (!parts)
                        return -ENOMEM;
                cutter->parts = parts;
                cutter->n_allocated = wanted;
        }
        cutter->parts[cutter->n_parts++] = (Part){ entry, text };
        cutter->size += entry->len;
        return feed_chunk_ends(entry, cutter->size) ? end_chunk(cutter) : 0;
}

static FeedEntry *next_of(const FeedEntries *entries, size_t index)
{
        return index < entries->n ? entries->list[index] : NULL;
}

static bool is_before(const FeedEntry *one, const FeedEntry *other)
{
        return feed_entry_order(&one, &other) < 0;
}

/* Adds the new entries that come before @next; all if it is NULL. */
static int add_new(Cutter *cutter, const FeedEntry *next)
{
        FeedEntry *entry;
        int r = 0;
        while (r == 0 && (entry = next_of(cutter->update->added, cutter->i_added)) &&
                        (!next || is_before(entry, next))) {
                cutter->i_added++;
                r = add_part(cutter, entry, cutter->update->fresh + entry->offset);
        }
        return r;
}

/* Adds what remains of an old chunk, and the new entries among it and before the next chunk. */
static int recut(Cutter *cutter, const FeedChunk *chunk, const FeedEntry *next)
{
        const char *text = blob_bytes(chunk_blob(chunk->chunk), NULL);
        int r = 0;
        for (size_t i = 0; r == 0 && i < chunk->n; i++) {
                FeedEntry *entry = chunk->entries[i];
                r = add_new(cutter, entry);
                if (entry == next_of(cutter->update->removed, cutter->i_removed))
                        cutter->i_removed++;
                else if (r == 0)
                        r = add_part(cutter, entry, text);
                text += entry->len;
        }
        return r != 0 ? r : add_new(cutter, next);
}

static const FeedEntry *first_of(const FeedChunks *chunks, size_t index)
{
        return index < chunks->n ? chunks->list[index]->entries[0] : NULL;
}

/* Returns the chunk, from @from on, in which an entry is or to which it must be added. */
static size_t find_chunk(const FeedChunks *chunks, size_t from, const FeedEntry *entry)
{
        size_t low = from, high = chunks->n;
        while (high - low > 1) {
                size_t middle = low + (high - low) / 2;
                if (is_before(entry, first_of(chunks, middle)))
                        high = middle;
                else
                        low = middle;
        }
        return low;
}

/* Returns the next chunk, from @from on, that the update changes; the number of chunks if there is none. */
static size_t next_changed(const Cutter *cutter, size_t from)
{
        const FeedChunks *old = cutter->update->old;
        const FeedEntry *removed = next_of(cutter->update->removed, cutter->i_removed);
        const FeedEntry *added = next_of(cutter->update->added, cutter->i_added);
        if (from == old->n || (!removed && !added))
                return old->n;
        const FeedEntry *next = !added || (removed && is_before(removed, added)) ? removed : added;
        return find_chunk(old, from, next);
}

/* Appends the unchanged chunks from @from to before @to. */
static int keep(Cutter *cutter, size_t from, size_t to)
{
        int r = reserve(cutter->out, to - from);
        if (r < 0 || from == to)
                return r;
        memcpy(cutter->out->list + cutter->out->n, cutter->update->old->list + from,
                        (to - from) * sizeof(*cutter->out->list));
        cutter->out->n += to - from;
        return 0;
}

/* A chunk that did not end is joined with the next chunk. */
static int cut(Cutter *cutter, FeedChunks *dropped)
{
        const FeedChunks *old = cutter->update->old;
        int r = old->n == 0 ? add_new(cutter, NULL) : 0;
        for (size_t at = 0; r == 0 && at < old->n; at++) {
                size_t changed = cutter->n_parts > 0 ? at : next_changed(cutter, at);
                r = keep(cutter, at, changed);
                at = changed;
                if (r == 0 && at < old->n)
                        r = reserve(dropped, 1);
                if (r < 0 || at == old->n)
                        break;
                dropped->list[dropped->n++] = old->list[at];
                r = recut(cutter, old->list[at], first_of(old, at + 1));
        }
        return r == 0 && cutter->n_parts > 0 ? end_chunk(cutter) : r;
}

int feed_chunks_update(const FeedChunksUpdate *update, FeedChunks *ret, FeedChunks *ret_made,
                FeedChunks *ret_dropped)
{
        Cutter cutter = { .update = update, .out = ret, .made = ret_made };
        int r = cut(&cutter, ret_dropped);
        free(cutter.parts);
        return r;
}

static int compare_digests(const void *a, const void *b)
{
        const FeedChunk *one = *(FeedChunk *const *)a, *other = *(FeedChunk *const *)b;
        return memcmp(chunk_digest(one->chunk), chunk_digest(other->chunk), HASH_SIZE);
}

int feed_chunks_reuse(const FeedChunks *made, const FeedChunks *older)
{
        if (older->n == 0 || made->n == 0)
                return 0;
        CLEANUP(cleanup_free) FeedChunk **sorted = malloc(older->n * sizeof(FeedChunk *));
        if (!sorted)
                return -ENOMEM;
        memcpy(sorted, older->list, older->n * sizeof(FeedChunk *));
        qsort(sorted, older->n, sizeof(FeedChunk *), compare_digests);
        for (size_t i = 0; i < made->n; i++) {
                FeedChunk **same = bsearch(
                                &made->list[i], sorted, older->n, sizeof(FeedChunk *), compare_digests);
                if (!same)
                        continue;
                chunk_unref(made->list[i]->chunk);
                made->list[i]->chunk = chunk_ref((*same)->chunk);
        }
        return 0;
}

void feed_chunks_done(FeedChunks *chunks)
{
        free(chunks->list);
        *chunks = (FeedChunks){ 0 };
}

void feed_chunks_free(FeedChunks *chunks)
{
        for (size_t i = 0; i < chunks->n; i++)
                chunk_free(chunks->list[i]);
        feed_chunks_done(chunks);
}

void feed_chunks_free_entries(const FeedChunks *chunks)
{
        for (size_t i = 0; i < chunks->n; i++)
                for (size_t j = 0; j < chunks->list[i]->n; j++)
                        free(chunks->list[i]->entries[j]);
}
