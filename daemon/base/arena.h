#pragma once

/*
 * Memory for many small things with one life: given in pieces, released as a whole. Pieces are aligned for
 * any type.
 */

#include <stddef.h>

typedef struct ArenaChunk ArenaChunk;

typedef struct Arena {
        ArenaChunk *chunks; /* the newest first */
} Arena;

void arena_done(Arena *arena);

/** arena_allocate() - @size bytes, zeroed; NULL when there is no memory. */
void *arena_allocate(Arena *arena, size_t size);

/** arena_copy() - @len bytes with a NUL behind them. */
char *arena_copy(Arena *arena, const char *bytes, size_t len);
