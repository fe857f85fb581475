/*
 * Tests contents and their compressed forms. zlib reads gzip again: it is not the library that
 * compresses, and it refuses what does not fit.
 */

#include "base/buffer.h"
#include "content/content.h"

#include <brotli/decode.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

enum { GZIP_BITS = 16 + MAX_WBITS };

/* Appends words that follow from @seed, or octets without a pattern. */
static void write_text(Buffer *out, size_t len, unsigned seed, bool is_noise)
{
        static const char *const words[] = { "BEGIN:VEVENT\r\n", "SUMMARY:", "сессия ", "завод\r\n", "2021",
                "0623" };
        size_t end = out->len + len;
        while (out->len < end)
                if (is_noise)
                        buffer_putc(out, (char)rand_r(&seed));
                else
                        buffer_puts(out, words[(unsigned)rand_r(&seed) % (sizeof(words) / sizeof(*words))]);
}

static Chunk *make_chunk(const Buffer *text, size_t from)
{
        Chunk *chunk = NULL;
        CLEANUP(blob_unrefp) Blob *blob = blob_copy_to_heap(buffer_text(text) + from, text->len - from);
        assert_int_equal(chunk_new(blob, &chunk), 0);
        return chunk;
}

/* Makes a content of chunks of these lengths; returns its bytes in @text. */
static Content *make_content(const size_t *lens, size_t n, bool is_noise, Buffer *text)
{
        Chunk *chunks[64] = { 0 };
        Content *content = NULL;
        for (size_t i = 0; i < n; i++) {
                size_t from = text->len;
                write_text(text, lens[i], (unsigned)i, is_noise);
                chunks[i] = make_chunk(text, from);
        }
        assert_int_equal(content_new(chunks, n, &content), 0);
        for (size_t i = 0; i < n; i++)
                chunk_unref(chunks[i]);
        return content;
}

/* Reads one gzip member; fails unless it ends where the bytes end. zlib checks the CRC-32 and the length. */
static void gunzip(const Blob *blob, Buffer *out)
{
        size_t len;
        z_stream stream = { .next_in = (void *)blob_bytes(blob, &len) };
        int r = Z_OK;
        stream.avail_in = (unsigned)len;
        assert_int_equal(inflateInit2(&stream, GZIP_BITS), Z_OK);
        while (r == Z_OK) {
                unsigned char part[4096];
                stream.next_out = part;
                stream.avail_out = sizeof(part);
                r = inflate(&stream, Z_NO_FLUSH);
                buffer_append(out, part, sizeof(part) - stream.avail_out);
        }
        assert_int_equal(r, Z_STREAM_END);
        assert_int_equal(stream.avail_in, 0);
        inflateEnd(&stream);
}

static void assert_content_is(const Content *content, const Buffer *text)
{
        size_t len;
        CLEANUP(blob_unrefp) Blob *plain = content_join(content);
        const char *bytes = blob_bytes(plain, &len);
        assert_int_equal(content_len(content), text->len);
        assert_int_equal(len, text->len);
        assert_memory_equal(bytes, buffer_text(text), len);
}

static void assert_gzip_is(const Content *content, const Buffer *text)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 26);
        CLEANUP(pieces_freep) Pieces *pieces = NULL;
        assert_int_equal(content_encode(content, CODING_GZIP, &pieces), 0);
        CLEANUP(blob_unrefp) Blob *gzip = pieces_join(pieces);
        gunzip(gzip, &out);
        assert_int_equal(out.len, text->len);
        assert_memory_equal(buffer_text(&out), buffer_text(text), text->len);
}

/* Reads Zstandard frames, one after the other (RFC 8878, 3.1). */
static void assert_zstd_is(const Content *content, const Buffer *text)
{
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(1 << 26);
        CLEANUP(pieces_freep) Pieces *pieces = NULL;
        assert_int_equal(content_encode(content, CODING_ZSTD, &pieces), 0);
        CLEANUP(blob_unrefp) Blob *zstd = pieces_join(pieces);
        ZSTD_inBuffer in = { 0 };
        in.src = blob_bytes(zstd, &in.size);
        ZSTD_DCtx *context = ZSTD_createDCtx();
        size_t left = 0;
        while (in.pos < in.size) {
                char part[4096];
                ZSTD_outBuffer to = { part, sizeof(part), 0 };
                left = ZSTD_decompressStream(context, &to, &in);
                assert_false(ZSTD_isError(left));
                buffer_append(&out, part, to.pos);
                while (in.pos == in.size && to.pos == to.size) {
                        to.pos = 0;
                        left = ZSTD_decompressStream(context, &to, &in);
                        buffer_append(&out, part, to.pos);
                }
        }
        ZSTD_freeDCtx(context);
        assert_int_equal(left, 0);
        assert_int_equal(out.len, text->len);
        assert_memory_equal(buffer_text(&out), buffer_text(text), text->len);
}

static void assert_brotli_is(const Content *content, const Buffer *text)
{
        CLEANUP(pieces_freep) Pieces *pieces = NULL;
        assert_int_equal(content_encode(content, CODING_BROTLI, &pieces), 0);
        CLEANUP(blob_unrefp) Blob *brotli = pieces_join(pieces);
        size_t len, out_len = text->len + 1;
        const char *bytes = blob_bytes(brotli, &len);
        CLEANUP(cleanup_free) unsigned char *out = malloc(out_len);
        assert_int_equal(BrotliDecoderDecompress(len, (const unsigned char *)bytes, &out_len, out),
                        BROTLI_DECODER_RESULT_SUCCESS);
        assert_int_equal(out_len, text->len);
        assert_memory_equal(out, text->data ? text->data : "", out_len);
}

/* Contents that are compressed whole and by chunks, of text and of noise, with empty and tiny chunks. */
static void test_content_encode__gives_back_the_bytes(void **state)
{
        static const struct {
                size_t n, lens[8];
        } rows[] = {
                { 1, { 0 } },
                { 1, { 1 } },
                { 1, { 700000 } },
                { 3, { 300, 60000, 15 } },
                { 3, { 300, 200000, 15 } },
                { 5, { 0, 66000, 0, 66000, 1 } },
                { 8, { 1, 2, 3, 4, 5, 140000, 6, 7 } },
                { 8, { 400000, 1, 400000, 2, 400000, 3, 400000, 4 } },
        };
        (void)state;
        for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(*rows); i++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 26);
                CLEANUP(content_unrefp)
                Content *content = make_content(rows[i / 2].lens, rows[i / 2].n, i % 2, &text);
                assert_content_is(content, &text);
                assert_gzip_is(content, &text);
                assert_zstd_is(content, &text);
                assert_brotli_is(content, &text);
        }
}

/* The blocks of a chunk end anywhere in an octet; after each of the eight places the next chunk must fit. */
static void test_content_encode__joins_blocks_of_any_length(void **state)
{
        (void)state;
        for (size_t first = 1; first < 120; first++) {
                CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 20);
                CLEANUP(content_unrefp)
                Content *content = make_content((size_t[]){ first, 131072, first + 1 }, 3, false, &text);
                assert_gzip_is(content, &text);
        }
}

static void test_content_encode__is_the_same_for_the_same_bytes(void **state)
{
        static const size_t lens[] = { 300, 70000, 70000, 15 };
        (void)state;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 20), again = BUFFER_INIT(1 << 20);
        CLEANUP(content_unrefp) Content *one = make_content(lens, 4, false, &text);
        CLEANUP(content_unrefp) Content *other = make_content(lens, 4, false, &again);
        CLEANUP(pieces_freep) Pieces *first = NULL, *second = NULL;
        assert_true(content_same(one, other));
        assert_int_equal(content_encode(one, CODING_GZIP, &first), 0);
        assert_int_equal(content_encode(other, CODING_GZIP, &second), 0);
        assert_int_equal(first->n, 1); /* joined */
        assert_int_equal(first->len, second->len);
        assert_memory_equal(blob_bytes(first->list[0], NULL), blob_bytes(second->list[0], NULL), first->len);
        CLEANUP(content_unrefp) Content *shorter = make_content(lens, 3, false, &again);
        assert_false(content_same(one, shorter));
}

/* A large content is sent from its chunks; only a changed chunk is compressed again. */
static void test_content_encode__shares_the_chunks(void **state)
{
        enum { N = 20, LEN = 80000 };
        size_t lens[N];
        Chunk *chunks[N];
        (void)state;
        for (size_t i = 0; i < N; i++)
                lens[i] = LEN;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(1 << 26), own = BUFFER_INIT(1 << 20);
        CLEANUP(content_unrefp) Content *content = make_content(lens, N, true, &text);
        for (size_t i = 0; i < N; i++)
                chunks[i] = content_chunk(content, i);
        write_text(&own, LEN, 1000, true);
        CLEANUP(chunk_unrefp) Chunk *changed = make_chunk(&own, 0);
        chunks[7] = changed;
        CLEANUP(content_unrefp) Content *next = NULL;
        assert_int_equal(content_new(chunks, N, &next), 0);
        for (ContentCoding coding = CODING_IDENTITY; coding < N_CODINGS; coding++) {
                CLEANUP(pieces_freep) Pieces *before = NULL, *after = NULL;
                size_t n_other = 0;
                assert_int_equal(content_encode(content, coding, &before), 0);
                assert_int_equal(content_encode(next, coding, &after), 0);
                assert_int_equal(before->n, after->n);
                for (size_t i = 0; i < before->n; i++)
                        n_other += before->list[i] != after->list[i];
                /* the chunk; and the frame, or the first part of Brotli, whose place matters, and the end */
                assert_in_range(n_other, 1, coding == CODING_IDENTITY || coding == CODING_ZSTD ? 1 : 3);
        }
        assert_null(content_chunk(next, N));
        assert_content_is(content, &text);
        assert_gzip_is(content, &text);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_content_encode__gives_back_the_bytes),
                cmocka_unit_test(test_content_encode__joins_blocks_of_any_length),
                cmocka_unit_test(test_content_encode__is_the_same_for_the_same_bytes),
                cmocka_unit_test(test_content_encode__shares_the_chunks),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
