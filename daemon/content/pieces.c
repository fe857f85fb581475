#include "content/pieces.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

Pieces *pieces_new(size_t max)
{
        return calloc(1, sizeof(Pieces) + max * sizeof(Blob *));
}

Pieces *pieces_free(Pieces *pieces)
{
        for (size_t i = 0; pieces && i < pieces->n; i++)
                blob_unref(pieces->list[i]);
        free(pieces);
        return NULL;
}

void pieces_add(Pieces *pieces, Blob *blob)
{
        size_t len;
        blob_bytes(blob, &len);
        pieces->list[pieces->n++] = blob_ref(blob);
        pieces->len += len;
}

int pieces_take(Pieces *pieces, Blob *blob)
{
        if (!blob)
                return -ENOMEM;
        pieces_add(pieces, blob);
        blob_unref(blob);
        return 0;
}

Blob *pieces_join(const Pieces *pieces)
{
        char *at;
        if (pieces->n == 1)
                return blob_ref(pieces->list[0]);
        Blob *blob = blob_allocate(pieces->len, &at);
        for (size_t i = 0; blob && i < pieces->n; i++) {
                size_t len;
                const char *bytes = blob_bytes(pieces->list[i], &len);
                at = mempcpy(at, bytes, len);
        }
        return blob;
}
