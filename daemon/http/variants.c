#include "http/variants.h"

#include "http/headers.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STREAM_BLOCK_BYTES = 64 * 1024 };

static void on_response_gone(void *userdata)
{
        blob_unref(userdata);
}

/*
 * Makes a response from memory. It may outlive its entity while it is being sent, so it holds a reference
 * to the blob.
 */
static struct MHD_Response *respond_from_memory(Blob *blob)
{
        size_t len;
        const char *bytes = blob_bytes(blob, &len);
        /* The library never writes to the bytes. */
        struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
                        len, (void *)bytes, on_response_gone, blob);
        if (response)
                blob_ref(blob);
        return response;
}

/*
 * Makes a response that the kernel sends from the file. The library closes the descriptor, so it gets a
 * duplicate.
 */
static struct MHD_Response *respond_from_file(Blob *blob)
{
        size_t len;
        blob_bytes(blob, &len);
        int fd = fcntl(blob_fd(blob), F_DUPFD_CLOEXEC, 0);
        struct MHD_Response *response = fd >= 0 ? MHD_create_response_from_fd(len, fd) : NULL;
        if (!response && fd >= 0)
                close(fd);
        return response;
}

static Pieces *copy_pieces(const Pieces *pieces)
{
        Pieces *copy = pieces_new(pieces->n);
        for (size_t i = 0; copy && i < pieces->n; i++)
                pieces_add(copy, pieces->list[i]);
        return copy;
}

static void on_pieces_gone(void *userdata)
{
        pieces_free(userdata);
}

/* Makes a response that the library sends from the pieces where they are. Takes over the pieces. */
static struct MHD_Response *respond_from_pieces(Pieces *pieces)
{
        struct MHD_IoVec parts[HTTP_PIECES_MAX];
        for (size_t i = 0; i < pieces->n; i++)
                parts[i].iov_base = blob_bytes(pieces->list[i], &parts[i].iov_len);
        return MHD_create_response_from_iovec(parts, (unsigned)pieces->n, on_pieces_gone, pieces);
}

/* A reply of many pieces, for one client. */
typedef struct Stream {
        Pieces *pieces;
        size_t index;   /* of the current piece */
        uint64_t start; /* of the current piece in the content */
} Stream;

static void on_stream_gone(void *userdata)
{
        Stream *stream = userdata;
        pieces_free(stream->pieces);
        free(stream);
}

/* Copies a part of one piece. The library asks for the positions in ascending order. */
static ssize_t on_stream(void *userdata, uint64_t position, char *room, size_t size)
{
        Stream *stream = userdata;
        size_t len;
        const char *bytes;
        while (bytes = blob_bytes(stream->pieces->list[stream->index], &len),
                        position >= stream->start + len) {
                stream->start += len;
                stream->index++;
        }
        size_t from = (size_t)(position - stream->start), n = len - from < size ? len - from : size;
        memcpy(room, bytes + from, n);
        return (ssize_t)n;
}

/* Makes a response of any number of pieces, which cannot be shared. Takes over the pieces. */
static struct MHD_Response *respond_in_stream(Pieces *pieces)
{
        Stream *stream = calloc(1, sizeof(*stream));
        struct MHD_Response *response =
                        stream ? MHD_create_response_from_callback(pieces->len, STREAM_BLOCK_BYTES,
                                                 on_stream, stream, on_stream_gone)
                               : NULL;
        if (response)
                stream->pieces = pieces;
        else
                free(stream);
        return response;
}

static struct MHD_Response *respond(const Pieces *pieces)
{
        if (pieces->n == 1) {
                Blob *blob = pieces->list[0];
                struct MHD_Response *response = blob_fd(blob) >= 0 ? respond_from_file(blob) : NULL;
                return response ? response : respond_from_memory(blob);
        }
        Pieces *copy = copy_pieces(pieces);
        struct MHD_Response *response = !copy                       ? NULL
                                        : copy->n > HTTP_PIECES_MAX ? respond_in_stream(copy)
                                                                    : respond_from_pieces(copy);
        if (!response)
                pieces_free(copy);
        return response;
}

static struct MHD_Response *with_headers(
                struct MHD_Response *response, struct MHD_Response *from, const HttpVariant *variant)
{
        if (!response || http_headers_copy(from, response, variant->etag))
                return response;
        MHD_destroy_response(response);
        return NULL;
}

static int encode(HttpEntity *entity, ContentCoding coding)
{
        Pieces **pieces = &entity->variants[coding].pieces;
        int r = entity->encode(entity->content, coding, pieces);
        if (r == 0 && (*pieces)->n == 1)
                blob_rest((*pieces)->list[0]);
        return r;
}

struct MHD_Response *http_variants_identity(HttpEntity *entity)
{
        HttpVariant *variant = &entity->variants[CODING_IDENTITY];
        if (content_encode(entity->content, CODING_IDENTITY, &variant->pieces) < 0)
                return NULL;
        if (variant->pieces->n == 1)
                blob_rest(variant->pieces->list[0]);
        return respond(variant->pieces);
}

/* Whether a coding pays: it is shorter than the plain bytes and, a slow one, than gzip, if that was made. */
static bool is_shorter(HttpEntity *entity, ContentCoding coding)
{
        size_t len = entity->variants[coding].pieces->len;
        const HttpVariant *gzip = &entity->variants[CODING_GZIP];
        if (CODING_IS_SLOW(coding) && gzip->full && len >= gzip->pieces->len)
                return false;
        return len < content_len(entity->content);
}

static struct MHD_Response *make_coded(HttpEntity *entity, ContentCoding coding)
{
        HttpVariant *variant = &entity->variants[coding];
        if (encode(entity, coding) < 0 || !is_shorter(entity, coding))
                return NULL;
        struct MHD_Response *response = with_headers(
                        respond(variant->pieces), entity->variants[CODING_IDENTITY].full, variant);
        if (!response || http_headers_add(response, "Content-Encoding", coding_name(coding)))
                return response;
        MHD_destroy_response(response);
        return NULL;
}

bool http_variants_is_ready(const HttpEntity *entity, ContentCoding coding)
{
        return entity->variants[coding].full || !(entity->codings & CODING_BIT(coding));
}

struct MHD_Response *http_variants_full(HttpEntity *entity, ContentCoding coding)
{
        HttpVariant *variant = &entity->variants[coding];
        if (variant->full || coding != CODING_GZIP)
                return variant->full;
        pthread_mutex_lock(&entity->encoding);
        if (!variant->full && entity->codings & CODING_BIT(coding)) {
                variant->full = make_coded(entity, coding);
                if (!variant->full)
                        entity->codings &= ~CODING_BIT(coding);
        }
        pthread_mutex_unlock(&entity->encoding);
        return variant->full;
}

bool http_variants_is_shared(const HttpEntity *entity, ContentCoding coding)
{
        return entity->variants[coding].pieces->n <= HTTP_PIECES_MAX;
}

bool http_variants_is_file(const HttpEntity *entity, ContentCoding coding)
{
        const Pieces *pieces = entity->variants[coding].pieces;
        return pieces->n == 1 && blob_fd(pieces->list[0]) >= 0;
}

struct MHD_Response *http_variants_copy(HttpEntity *entity, ContentCoding coding, bool is_full)
{
        const HttpVariant *variant = &entity->variants[coding];
        return is_full ? with_headers(respond(variant->pieces), variant->full, variant)
                       : with_headers(MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT),
                                         variant->not_modified, variant);
}

unsigned http_variants_available(const HttpEntity *entity)
{
        unsigned available = entity->codings;
        for (ContentCoding coding = CODING_GZIP + 1; coding < N_CODINGS; coding++)
                if (!entity->variants[coding].full)
                        available &= ~CODING_BIT(coding);
        return available;
}

void http_variants_make(HttpEntity *entity, ContentCoding coding)
{
        struct MHD_Response *full = make_coded(entity, coding);
        if (full)
                entity->variants[coding].full = full;
        else
                entity->codings &= ~CODING_BIT(coding);
}
