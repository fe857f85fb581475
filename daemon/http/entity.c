#include "http/entity.h"

#include "base/hash.h"
#include "base/url.h"
#include "http/date.h"
#include "http/headers.h"
#include "http/variants.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { ETAG_DIGITS = 20, DISPOSITION_BYTES = 4096 };

static_assert(ETAG_DIGITS + sizeof("\"-gzip\"") <= HTTP_ETAG_SIZE, "a tag fits");

/*
 * Adds the fields that a 304 has as well (RFC 9110, 15.4.5). Last-Modified is for clients that keep no ETag.
 */
static bool add_validators(
                struct MHD_Response *response, const HttpEntityOptions *options, const HttpVariant *variant)
{
        char modified[HTTP_DATE_SIZE], vary[128];
        http_date_format(options->modified, modified);
        snprintf(vary, sizeof(vary), "Accept-Encoding%s%s", options->vary ? ", " : "",
                        options->vary ? options->vary : "");
        return http_headers_add(response, "ETag", variant->etag) &&
               http_headers_add(response, "Last-Modified", options->modified ? modified : NULL) &&
               http_headers_add(response, "Cache-Control", options->cache_control) &&
               http_headers_add(response, "Vary", vary) &&
               http_headers_add(response, "Access-Control-Allow-Origin", options->cors ? "*" : NULL);
}

/* Programs that do not know filename* take filename, which is therefore first (RFC 6266, appendix D). */
static void write_disposition(const HttpEntityOptions *options, Buffer *out)
{
        buffer_printf(out, "inline; filename=\"%.255s\"", options->file_name);
        if (!options->file_title)
                return;
        buffer_puts(out, "; filename*=UTF-8''");
        url_escape_strictly(out, options->file_title);
}

static bool add_description(struct MHD_Response *response, const HttpEntityOptions *options)
{
        CLEANUP(buffer_done) Buffer disposition = BUFFER_INIT(DISPOSITION_BYTES);
        if (options->file_name)
                write_disposition(options, &disposition);
        return buffer_error(&disposition) == 0 &&
               http_headers_add(response, "Content-Type", options->content_type) &&
               http_headers_add(response, "Content-Disposition",
                               options->file_name ? buffer_text(&disposition) : NULL) &&
               http_headers_add(response, "X-Robots-Tag", options->noindex ? "noindex" : NULL) &&
               (options->page ? http_headers_add_page_limits(response, options->frames)
                              : http_headers_add(response, "X-Content-Type-Options", "nosniff"));
}

/*
 * Makes one tag for each coding. The tag of the compressed form is a hash of the uncompressed bytes, so
 * that it is known before the first compression.
 */
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

/*
 * Makes the 304, with a Content-Length of 0. If it had the length of the content (RFC 9110, 8.6), old
 * parsers would wait for the content. If it had no length, the library would send it as chunked, with the
 * same effect. Caches do not use the length in a 304 (RFC 9111, 3.2).
 */
static int make_not_modified(const HttpEntityOptions *options, HttpVariant *variant)
{
        variant->not_modified = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
        return variant->not_modified && add_validators(variant->not_modified, options, variant) ? 0
                                                                                                : -ENOMEM;
}

static int make_identity(const HttpEntityOptions *options, HttpEntity *entity)
{
        HttpVariant *variant = &entity->variants[HTTP_IDENTITY];
        variant->full = http_variants_content(entity->blob);
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
        *ret = NULL;
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
