#pragma once

/*
 * An allocator for many small objects that are freed together. Each object is aligned for any type. A zeroed
 * Arena is empty; arena_done() makes it empty again.
 */

#include <stddef.h>

typedef struct ArenaChunk ArenaChunk;

typedef struct Arena {
        ArenaChunk *chunks; /* the newest first */
} Arena;

void arena_done(Arena *arena);

/** arena_allocate() - allocate @size zeroed bytes; NULL when memory ran out. */
void *arena_allocate(Arena *arena, size_t size);

/** arena_copy() - copy @len bytes and add a NUL; NULL when memory ran out. */
char *arena_copy(Arena *arena, const char *bytes, size_t len);
