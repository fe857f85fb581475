#include "http/variants.h"

#include "http/headers.h"

#include <fcntl.h>
#include <unistd.h>

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

struct MHD_Response *http_variants_content(Blob *blob)
{
        struct MHD_Response *response = blob_fd(blob) >= 0 ? respond_from_file(blob) : NULL;
        return response ? response : respond_from_memory(blob);
}

static struct MHD_Response *compress(HttpEntity *entity)
{
        size_t len;
        const char *bytes = blob_bytes(entity->blob, &len);
        Buffer gzip = BUFFER_INIT(len); /* no longer than the original */
        struct MHD_Response *response = NULL;
        if (entity->compress(bytes, len, &gzip) == 0)
                response = MHD_create_response_from_buffer(gzip.len, gzip.data, MHD_RESPMEM_MUST_COPY);
        buffer_done(&gzip);
        blob_rest(entity->blob);
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

static struct MHD_Response *make_gzip(HttpEntity *entity)
{
        struct MHD_Response *response = with_headers(compress(entity), entity->variants[HTTP_IDENTITY].full,
                        &entity->variants[HTTP_GZIP]);
        if (!response || http_headers_add(response, "Content-Encoding", "gzip"))
                return response;
        MHD_destroy_response(response);
        return NULL;
}

bool http_variants_is_ready(const HttpEntity *entity, HttpCoding coding)
{
        return coding != HTTP_GZIP || entity->variants[coding].full || !entity->has_gzip;
}

struct MHD_Response *http_variants_full(HttpEntity *entity, HttpCoding coding)
{
        HttpVariant *variant = &entity->variants[coding];
        if (variant->full || coding != HTTP_GZIP)
                return variant->full;
        pthread_mutex_lock(&entity->compressing);
        if (!variant->full && entity->has_gzip) {
                variant->full = make_gzip(entity);
                entity->has_gzip = variant->full;
        }
        pthread_mutex_unlock(&entity->compressing);
        return variant->full;
}

struct MHD_Response *http_variants_copy(HttpEntity *entity, HttpCoding coding, bool is_full)
{
        const HttpVariant *variant = &entity->variants[coding];
        if (is_full && coding == HTTP_GZIP)
                return make_gzip(entity);
        if (is_full)
                return with_headers(http_variants_content(entity->blob), variant->full, variant);
        return with_headers(MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT),
                        variant->not_modified, variant);
}
