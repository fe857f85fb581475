#pragma once

/*
 * The content of an address: a list of chunks that never changes, shared by reference on any thread. Its
 * bytes are those of the chunks one after the other, and so are its coded forms. A large content that
 * changes in one place costs one new chunk and a new list.
 */

#include "base/blob.h"
#include "base/cleanup.h"
#include "content/chunk.h"
#include "content/coding.h"
#include "content/pieces.h"

#include <stdbool.h>

typedef struct Content Content;

enum {
        /* up to this size the pieces are joined: one piece is sent with fewer calls, and as a file */
        CONTENT_JOINED_BYTES = 1024 * 1024,
        /* the same for coded forms: 274 kB took 130 us in 92 pieces, and 150 us or more as a file */
        CONTENT_JOINED_CODED_BYTES = 64 * 1024,
};

/** content_new() - make a content of @n chunks, which are referenced. Return: 0 or -ENOMEM. */
int content_new(Chunk *const *chunks, size_t n, Content **ret);

/** content_of_blob() - make a content of one chunk; @blob is referenced. Return: 0 or negative errno. */
int content_of_blob(Blob *blob, Content **ret);

Content *content_ref(Content *content);
Content *content_unref(Content *content);
DEFINE_CLEANUP(Content, content_unrefp, content_unref)

size_t content_len(const Content *content);

/** content_chunk() - the chunk at an index; NULL after the last one; borrowed */
Chunk *content_chunk(const Content *content, size_t index);

/** content_same() - whether two contents have the same chunks */
bool content_same(const Content *one, const Content *other);

/** content_join() - all bytes as one string; NULL when memory ran out; blob_unref() it */
Blob *content_join(const Content *content);

/**
 * content_encode() - the bytes in a coding. A content of one chunk, and a small one, is compressed as a
 * whole; otherwise only those chunks are compressed that were not yet.
 * @ret: pieces_free() it
 *
 * Return: 0 or negative errno.
 */
int content_encode(const Content *content, ContentCoding coding, Pieces **ret);
