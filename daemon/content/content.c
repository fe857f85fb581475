#include "content/content.h"

#include "content/brotli.h"
#include "content/gzip.h"
#include "content/zstd.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

enum {
        WHOLE_BYTES = 128 * 1024, /* a content of several chunks up to this size is compressed as a whole */
        FRAME_PIECES = 2,         /* of a coded form, besides the chunks' */
};

struct Content {
        _Atomic int refs;
        size_t len;
        size_t n;
        Chunk *list[];
};

int content_new(Chunk *const *chunks, size_t n, Content **ret)
{
        Content *content = malloc(sizeof(*content) + n * sizeof(*content->list));
        *ret = content;
        if (!content)
                return -ENOMEM;
        *content = (Content){ .refs = 1, .n = n };
        for (size_t i = 0; i < n; i++) {
                content->list[i] = chunk_ref(chunks[i]);
                content->len += chunk_len(chunks[i]);
        }
        return 0;
}

int content_of_blob(Blob *blob, Content **ret)
{
        CLEANUP(chunk_unrefp) Chunk *chunk = NULL;
        *ret = NULL;
        int r = chunk_new(blob, &chunk);
        return r < 0 ? r : content_new(&chunk, 1, ret);
}

Content *content_ref(Content *content)
{
        atomic_fetch_add_explicit(&content->refs, 1, memory_order_relaxed);
        return content;
}

Content *content_unref(Content *content)
{
        if (!content || atomic_fetch_sub_explicit(&content->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        for (size_t i = 0; i < content->n; i++)
                chunk_unref(content->list[i]);
        free(content);
        return NULL;
}

size_t content_len(const Content *content)
{
        return content->len;
}

Chunk *content_chunk(const Content *content, size_t index)
{
        return index < content->n ? content->list[index] : NULL;
}

bool content_same(const Content *one, const Content *other)
{
        bool is = one->n == other->n && one->len == other->len;
        for (size_t i = 0; is && i < one->n; i++)
                is = chunk_same(one->list[i], other->list[i]);
        return is;
}

static int list_plain(const Content *content, Pieces *pieces)
{
        for (size_t i = 0; i < content->n; i++)
                pieces_add(pieces, chunk_blob(content->list[i]));
        return 0;
}

static int list_packed(const Content *content, ContentCoding coding, size_t from, Pieces *pieces)
{
        int r = 0;
        for (size_t i = from; r == 0 && i < content->n; i++) {
                Blob *packed;
                r = chunk_packed(content->list[i], coding, &packed);
                if (r == 0)
                        pieces_add(pieces, packed);
        }
        return r;
}

static int list_gzip(const Content *content, Pieces *pieces)
{
        uint32_t crc = 0;
        for (size_t i = 0; i < content->n; i++)
                crc = chunk_crc_after(content->list[i], crc);
        int r = pieces_take(pieces, gzip_begin());
        if (r == 0)
                r = list_packed(content, CODING_GZIP, 0, pieces);
        return r < 0 ? r : pieces_take(pieces, gzip_end(crc, content->len));
}

static int list_zstd(const Content *content, Pieces *pieces)
{
        return list_packed(content, CODING_ZSTD, 0, pieces);
}

/* The first parts depend on their places, so they are not kept. */
static int list_brotli(const Content *content, Pieces *pieces)
{
        size_t i = 0, offset = 0;
        int r = 0;
        for (; r == 0 && i < content->n && offset < BROTLI_ANYWHERE; i++) {
                size_t len;
                const char *bytes = blob_bytes(chunk_blob(content->list[i]), &len);
                Blob *part = NULL;
                if (len == 0)
                        continue; /* the part at the offset 0 writes the header of the stream */
                r = brotli_part(bytes, len, offset, &part);
                if (r == 0)
                        r = pieces_take(pieces, part);
                offset += len;
        }
        if (r == 0)
                r = list_packed(content, CODING_BROTLI, i, pieces);
        return r < 0 ? r : pieces_take(pieces, brotli_end());
}

/* Replaces the pieces of a content that is not large by one piece. */
static int join_if_small(ContentCoding coding, Pieces **pieces)
{
        size_t most = coding == CODING_IDENTITY ? CONTENT_JOINED_BYTES : CONTENT_JOINED_CODED_BYTES;
        if ((*pieces)->n == 1 || (*pieces)->len > most)
                return 0;
        CLEANUP(pieces_freep) Pieces *joined = pieces_new(1);
        int r = joined ? pieces_take(joined, pieces_join(*pieces)) : -ENOMEM;
        if (r < 0)
                return r;
        pieces_free(*pieces);
        *pieces = TAKE_PTR(joined);
        return 0;
}

static int list_pieces(const Content *content, ContentCoding coding, Pieces **ret)
{
        static int (*const lists[])(const Content *content, Pieces *pieces) = {
                [CODING_IDENTITY] = list_plain,
                [CODING_GZIP] = list_gzip,
                [CODING_ZSTD] = list_zstd,
                [CODING_BROTLI] = list_brotli,
        };
        CLEANUP(pieces_freep) Pieces *pieces = pieces_new(content->n + FRAME_PIECES);
        int r = pieces ? lists[coding](content, pieces) : -ENOMEM;
        if (r == 0)
                r = join_if_small(coding, &pieces);
        if (r == 0)
                *ret = TAKE_PTR(pieces);
        return r;
}

Blob *content_join(const Content *content)
{
        CLEANUP(pieces_freep) Pieces *pieces = pieces_new(content->n);
        if (!pieces)
                return NULL;
        list_plain(content, pieces);
        return pieces_join(pieces);
}

static int encode_whole(const Content *content, ContentCoding coding, Pieces **ret)
{
        static int (*const encoders[])(const char *bytes, size_t len, Blob **ret) = {
                [CODING_GZIP] = gzip_whole,
                [CODING_ZSTD] = zstd_frame,
                [CODING_BROTLI] = brotli_whole,
        };
        CLEANUP(pieces_freep) Pieces *pieces = pieces_new(1);
        CLEANUP(blob_unrefp) Blob *plain = pieces ? content_join(content) : NULL, *coded = NULL;
        if (!plain)
                return -ENOMEM;
        size_t len;
        const char *bytes = blob_bytes(plain, &len);
        int r = encoders[coding](bytes, len, &coded);
        blob_rest(plain);
        if (r < 0)
                return r;
        pieces_add(pieces, coded);
        *ret = TAKE_PTR(pieces);
        return 0;
}

int content_encode(const Content *content, ContentCoding coding, Pieces **ret)
{
        *ret = NULL;
        bool is_whole = content->n == 1 || content->len <= WHOLE_BYTES;
        return coding != CODING_IDENTITY && is_whole ? encode_whole(content, coding, ret)
                                                     : list_pieces(content, coding, ret);
}
