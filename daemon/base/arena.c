#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

/*
 * Each chunk is twice as large as the one before, up to the maximum, so that a large arena needs few chunks.
 */
enum { CHUNK_MIN_BYTES = 512, CHUNK_MAX_BYTES = 65536 };

struct ArenaChunk {
        ArenaChunk *next;
        size_t size, used;
        max_align_t bytes[];
};

void arena_done(Arena *arena)
{
        while (arena->chunks) {
                ArenaChunk *next = arena->chunks->next;
                free(arena->chunks);
                arena->chunks = next;
        }
}

static size_t next_room(const ArenaChunk *last, size_t size)
{
        size_t room = last ? 2 * last->size : CHUNK_MIN_BYTES;
        room = room < CHUNK_MAX_BYTES ? room : CHUNK_MAX_BYTES;
        return size > room ? size : room;
}

/* Returns @size uninitialized bytes; NULL when memory ran out. */
static void *take(Arena *arena, size_t size)
{
        size = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
        ArenaChunk *chunk = arena->chunks;
        if (!chunk || chunk->size - chunk->used < size) {
                size_t room = next_room(chunk, size);
                chunk = malloc(sizeof(*chunk) + room);
                if (!chunk)
                        return NULL;
                *chunk = (ArenaChunk){ .next = arena->chunks, .size = room };
                arena->chunks = chunk;
        }
        void *piece = (char *)chunk->bytes + chunk->used;
        chunk->used += size;
        return piece;
}

void *arena_allocate(Arena *arena, size_t size)
{
        void *piece = take(arena, size);
        return piece ? memset(piece, 0, size) : NULL;
}

char *arena_copy(Arena *arena, const char *bytes, size_t len)
{
        char *copy = take(arena, len + 1);
        if (!copy)
                return NULL;
        if (len > 0)
                memcpy(copy, bytes, len);
        copy[len] = '\0';
        return copy;
}
