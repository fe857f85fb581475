#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 8192 };

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

void *arena_allocate(Arena *arena, size_t size)
{
        size = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
        ArenaChunk *chunk = arena->chunks;
        if (!chunk || chunk->size - chunk->used < size) {
                size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
                chunk = malloc(sizeof(*chunk) + room);
                if (!chunk)
                        return NULL;
                *chunk = (ArenaChunk){ .next = arena->chunks, .size = room };
                arena->chunks = chunk;
        }
        void *piece = (char *)chunk->bytes + chunk->used;
        chunk->used += size;
        return memset(piece, 0, size);
}

char *arena_copy(Arena *arena, const char *bytes, size_t len)
{
        char *copy = arena_allocate(arena, len + 1);
        if (copy && len > 0)
                memcpy(copy, bytes, len);
        return copy;
}
