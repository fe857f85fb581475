#pragma once

/*
 * Private to feed/: the entries of a feed in chunks of about 64 kB, in the order of the feed. Where a chunk
 * ends depends on its own entries only: after an entry whose UID's hash says so. The same entries are
 * therefore divided in the same way on each machine, and a change of one entry changes one chunk, or two.
 */

#include "base/buffer.h"
#include "content/chunk.h"
#include "feed/entries.h"

/** A zone that the entries of a chunk use. */
typedef struct FeedSpan {
        usec_t first, last; /* use */
        uint16_t zone;      /* index into FeedZones.list */
} FeedSpan;

typedef struct FeedChunk {
        Chunk *chunk;
        FeedSpan *spans;
        size_t n_spans;
        size_t n; /* at least 1 */
        FeedEntry *entries[];
} FeedChunk;

typedef struct FeedChunks {
        FeedChunk **list;
        size_t n, allocated;
} FeedChunks;

enum {
        FEED_CHUNK_LEAST_BYTES = 32 * 1024, /* no chunk but the last one is smaller */
        /*
         * A chunk ends after an entry that exceeds this size, whatever its hash; the next end by a hash
         * stops the effect on the chunks that follow.
         */
        FEED_CHUNK_MOST_BYTES = 128 * 1024,
        /* beyond the least size, an octet ends a chunk with the probability of one in so many */
        FEED_CHUNK_ODDS = 32 * 1024,
};

/** feed_chunk_ends() - whether a chunk of @size bytes ends with @entry, its last one */
bool feed_chunk_ends(const FeedEntry *entry, size_t size);

/** One update of a list of chunks. */
typedef struct FeedChunksUpdate {
        const FeedChunks *old;
        const FeedEntries *removed; /* entries of @old that the new list does not have; sorted */
        const FeedEntries *added;   /* sorted */
        const char *fresh;          /* lines of the added entries */
        usec_t limit;               /* a use of a zone that ends after it counts as ending there */
} FeedChunksUpdate;

/**
 * feed_chunks_update() - make a list of chunks from an older one. Unchanged chunks are in both lists.
 * @ret:         the new list; the other entries of both lists are the same
 * @ret_made:    the chunks that only @ret has
 * @ret_dropped: the chunks that only the older list has
 *
 * On failure, and if the new list is not wanted: feed_chunks_free() @ret_made. Afterwards one of the lists
 * of chunks that only one list has must be freed.
 *
 * Return: 0 or -ENOMEM.
 */
int feed_chunks_update(const FeedChunksUpdate *update, FeedChunks *ret, FeedChunks *ret_made,
                FeedChunks *ret_dropped);

/**
 * feed_chunks_reuse() - give chunks the coded forms of older chunks with the same bytes
 * @made: of feed_chunks_update()
 *
 * Return: 0 or -ENOMEM.
 */
int feed_chunks_reuse(const FeedChunks *made, const FeedChunks *older);

void feed_chunks_done(FeedChunks *chunks); /* frees only the list */
void feed_chunks_free(FeedChunks *chunks); /* frees the list and the chunks */
void feed_chunks_free_entries(const FeedChunks *chunks);
