#include "http/entity.h"

#include "base/hash.h"
#include "http/condition.h"
#include "http/entity-variants.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ETAG_DIGITS = 20 };

static_assert(ETAG_DIGITS + sizeof("\"-gzip\"") <= HTTP_ETAG_SIZE, "a tag fits");

/* A header whose value is NULL is left out; this is false only when there is no memory or the value cannot be sent. */
static bool add_header(struct MHD_Response *response, const char *name, const char *value)
{
        return !value || MHD_add_response_header(response, name, value) == MHD_YES;
}

/* What a 304 carries too (RFC 9110, 15.4.5), with Last-Modified as a help to those who keep no ETag. */
static bool add_validators(
                struct MHD_Response *response, const HttpEntityOptions *options, const HttpVariant *variant)
{
        char modified[HTTP_DATE_SIZE], vary[128];
        http_date_format(options->modified, modified);
        snprintf(vary, sizeof(vary), "Accept-Encoding%s%s", options->vary ? ", " : "",
                        options->vary ? options->vary : "");
        return add_header(response, "ETag", variant->etag) &&
               add_header(response, "Last-Modified", options->modified ? modified : NULL) &&
               add_header(response, "Cache-Control", options->cache_control) &&
               add_header(response, "Vary", vary) &&
               add_header(response, "Access-Control-Allow-Origin", options->cors ? "*" : NULL);
}

bool http_page_limits(struct MHD_Response *response)
{
        static const char *const headers[][2] = {
                { "Content-Security-Policy",
                                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" },
                { "Referrer-Policy", "no-referrer" },
                { "X-Content-Type-Options", "nosniff" },
                { "X-Frame-Options", "DENY" },
        };
        for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
                if (!add_header(response, headers[i][0], headers[i][1]))
                        return false;
        return true;
}

static bool add_description(struct MHD_Response *response, const HttpEntityOptions *options)
{
        char disposition[300];
        if (options->file_name)
                snprintf(disposition, sizeof(disposition), "inline; filename=\"%.255s\"",
                                options->file_name);
        return add_header(response, "Content-Type", options->content_type) &&
               add_header(response, "Content-Disposition", options->file_name ? disposition : NULL) &&
               add_header(response, "X-Robots-Tag", options->noindex ? "noindex" : NULL) &&
               (options->page ? http_page_limits(response)
                              : add_header(response, "X-Content-Type-Options", "nosniff"));
}

/* The compressed form's tag says what it is made from, so that it is known before anything was compressed. */
static int make_etags(const HttpEntityOptions *options, HttpEntity *entity)
{
        char hex[HASH_HEX_SIZE];
        Hash *hash = hash_new();
        if (!hash)
                return -ENOMEM;
        hash_field(hash, options->etag_salt);
        hash_field(hash, options->content_type);
        size_t len;
        const char *bytes = blob_bytes(entity->blob, &len);
        hash_update(hash, bytes, len);
        hash_finish(hash, hex);
        hash_free(hash);
        snprintf(entity->variants[HTTP_IDENTITY].etag, HTTP_ETAG_SIZE, "\"%.*s\"", ETAG_DIGITS, hex);
        snprintf(entity->variants[HTTP_GZIP].etag, HTTP_ETAG_SIZE, "\"%.*s-gzip\"", ETAG_DIGITS, hex);
        return 0;
}

/* It goes out with a length of 0. The body's own length (RFC 9110, 8.6) makes old parsers wait for that body, an unknown one is sent as
 * chunked, which they wait for too; caches never take a length from a 304 (RFC 9111, 3.2). */
static int make_not_modified(const HttpEntityOptions *options, HttpVariant *variant)
{
        variant->not_modified = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
        return variant->not_modified && add_validators(variant->not_modified, options, variant) ? 0
                                                                                                : -ENOMEM;
}

static void on_response_gone(void *userdata)
{
        blob_unref(userdata);
}

/* A response outlives its entity while it is on its way to somebody, so it has a reference of its own. */
static struct MHD_Response *respond_from_memory(Blob *blob)
{
        size_t len;
        const char *bytes = blob_bytes(blob, &len);
        /* The library never writes to them. */
        struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
                        len, (void *)bytes, on_response_gone, blob);
        if (response)
                blob_ref(blob);
        return response;
}

/* Sent by the kernel from the file; the library closes its descriptor, so it gets one of its own. */
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

static int make_identity(const HttpEntityOptions *options, HttpEntity *entity)
{
        HttpVariant *variant = &entity->variants[HTTP_IDENTITY];
        if (blob_fd(entity->blob) >= 0)
                variant->full = respond_from_file(entity->blob);
        if (!variant->full)
                variant->full = respond_from_memory(entity->blob);
        if (!variant->full)
                return -ENOMEM;
        return add_validators(variant->full, options, variant) && add_description(variant->full, options)
                               ? 0
                               : -ENOMEM;
}

static int make_variants(const HttpEntityOptions *options, HttpEntity *entity)
{
        int r = make_etags(options, entity);
        if (r == 0)
                r = make_identity(options, entity);
        blob_rest(entity->blob);
        for (HttpCoding coding = HTTP_IDENTITY; r == 0 && coding < HTTP_N_CODINGS; coding++)
                r = make_not_modified(options, &entity->variants[coding]);
        return r;
}

int http_entity_new(const HttpEntityOptions *options, HttpEntity **ret)
{
        CLEANUP(http_entity_unrefp) HttpEntity *entity = calloc(1, sizeof(*entity));
        if (!entity)
                return -ENOMEM;
        pthread_mutex_init(&entity->compressing, NULL);
        entity->refs = 1;
        entity->modified = options->modified;
        entity->compress = options->compress;
        entity->has_gzip = options->compress;
        snprintf(entity->media_type, sizeof(entity->media_type), "%.*s",
                        (int)strcspn(options->content_type, "; "), options->content_type);
        entity->blob = options->blob ? blob_ref(options->blob) : blob_copy(options->bytes, options->len);
        if (!entity->blob)
                return -ENOMEM;
        int r = make_variants(options, entity);
        if (r < 0)
                return r;
        *ret = TAKE_PTR(entity);
        return 0;
}

typedef struct HeaderCopy {
        struct MHD_Response *to;
        const char *etag; /* instead of the other one */
        bool failed;
} HeaderCopy;

static enum MHD_Result on_header(
                void *userdata, enum MHD_ValueKind kind, const char *name, const char *value)
{
        HeaderCopy *copy = userdata;
        (void)kind;
        copy->failed |= !add_header(copy->to, name, strcmp(name, "ETag") == 0 ? copy->etag : value);
        return copy->failed ? MHD_NO : MHD_YES;
}

static bool copy_headers(struct MHD_Response *from, struct MHD_Response *to, const char *etag)
{
        HeaderCopy copy = { .to = to, .etag = etag };
        MHD_get_response_headers(from, on_header, &copy);
        return !copy.failed;
}

static struct MHD_Response *make_gzip(HttpEntity *entity)
{
        size_t len;
        const char *bytes = blob_bytes(entity->blob, &len);
        Buffer gzip = BUFFER_INIT(len); /* longer than that, and it does not pay */
        struct MHD_Response *response = NULL;
        if (entity->compress(bytes, len, &gzip) == 0)
                response = MHD_create_response_from_buffer(gzip.len, gzip.data, MHD_RESPMEM_MUST_COPY);
        buffer_done(&gzip);
        blob_rest(entity->blob);
        if (!response)
                return NULL;
        if (copy_headers(entity->variants[HTTP_IDENTITY].full, response, entity->variants[HTTP_GZIP].etag) &&
                        add_header(response, "Content-Encoding", "gzip"))
                return response;
        MHD_destroy_response(response);
        return NULL;
}

struct MHD_Response *http_entity_full(HttpEntity *entity, HttpCoding coding)
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

static struct MHD_Response *copy_identity(HttpEntity *entity)
{
        return blob_fd(entity->blob) >= 0 ? respond_from_file(entity->blob)
                                          : respond_from_memory(entity->blob);
}

struct MHD_Response *http_entity_once(HttpEntity *entity)
{
        const HttpVariant *variant = &entity->variants[HTTP_IDENTITY];
        struct MHD_Response *response = copy_identity(entity);
        if (!response || copy_headers(variant->full, response, variant->etag))
                return response;
        MHD_destroy_response(response);
        return NULL;
}

struct MHD_Response *http_entity_last(HttpEntity *entity, HttpCoding coding, int status)
{
        const HttpVariant *variant = &entity->variants[coding];
        struct MHD_Response *response, *shared = NULL;
        if (status == MHD_HTTP_NOT_MODIFIED) {
                shared = variant->not_modified;
                response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
        } else if (coding == HTTP_GZIP) {
                response = make_gzip(entity);
        } else {
                shared = variant->full;
                response = copy_identity(entity);
        }
        if (!response)
                return NULL;
        if ((!shared || copy_headers(shared, response, variant->etag)) &&
                        add_header(response, "Connection", "close"))
                return response;
        MHD_destroy_response(response);
        return NULL;
}

HttpEntity *http_entity_ref(HttpEntity *entity)
{
        atomic_fetch_add_explicit(&entity->refs, 1, memory_order_relaxed);
        return entity;
}

HttpEntity *http_entity_unref(HttpEntity *entity)
{
        if (!entity || atomic_fetch_sub_explicit(&entity->refs, 1, memory_order_acq_rel) > 1)
                return NULL;
        for (HttpCoding coding = HTTP_IDENTITY; coding < HTTP_N_CODINGS; coding++) {
                if (entity->variants[coding].full)
                        MHD_destroy_response(entity->variants[coding].full);
                if (entity->variants[coding].not_modified)
                        MHD_destroy_response(entity->variants[coding].not_modified);
        }
        blob_unref(entity->blob);
        pthread_mutex_destroy(&entity->compressing);
        free(entity);
        return NULL;
}

bool http_entity_same(const HttpEntity *one, const HttpEntity *other)
{
        return strcmp(one->variants[HTTP_IDENTITY].etag, other->variants[HTTP_IDENTITY].etag) == 0;
}
