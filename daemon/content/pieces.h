#pragma once

/* Byte strings that are sent one after the other. The list owns a reference to each. */

#include "base/blob.h"
#include "base/cleanup.h"

typedef struct Pieces {
        size_t len; /* of all bytes */
        size_t n;
        Blob *list[];
} Pieces;

/** pieces_new() - make an empty list with room for @max pieces; NULL when memory ran out */
Pieces *pieces_new(size_t max);
Pieces *pieces_free(Pieces *pieces);
DEFINE_CLEANUP(Pieces, pieces_freep, pieces_free)

/** pieces_add() - append a piece, referenced; there must be room */
void pieces_add(Pieces *pieces, Blob *blob);

/** pieces_take() - append a piece, taking the caller's reference. Return: 0, or -ENOMEM if it is NULL. */
int pieces_take(Pieces *pieces, Blob *blob);

/** pieces_join() - make one byte string of all pieces, on the heap or in a file as blob_allocate() does */
Blob *pieces_join(const Pieces *pieces);
