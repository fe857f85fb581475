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

/* filename comes before filename*, for programs that know only filename (RFC 6266, appendix D). */
static void write_disposition(const HttpEntityOptions *options, Buffer *out)
{
        buffer_printf(out, "inline; filename=\"%.255s\"", options->file_name);
        if (!options->file_title)
                return;
        buffer_puts(out, "; filename*=UTF-8''");
        url_escape_strictly(out, options->file_title);
}

static bool add_more(struct MHD_Response *response, const HttpHeader *headers)
{
        for (const HttpHeader *header = headers; header && header->name; header++)
                if (!http_headers_add(response, header->name, header->value))
                        return false;
        return true;
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
               add_more(response, options->headers) &&
               http_headers_add(response, "X-Robots-Tag", options->noindex ? "noindex" : NULL) &&
               (options->page ? http_headers_add_page_limits(response, options->frames)
                              : http_headers_add(response, "X-Content-Type-Options", "nosniff"));
}

/*
 * Makes one tag for each coding. The tag is a hash of the salt, the content type and the chunks' digests. It
 * does not depend on the compressed bytes, so it is known before the first compression.
 */
static int make_etags(const HttpEntityOptions *options, HttpEntity *entity)
{
        char hex[HASH_HEX_SIZE];
        Hash *hash = hash_new();
        if (!hash)
                return -ENOMEM;
        hash_field(hash, options->etag_salt);
        hash_field(hash, options->content_type);
        const Chunk *chunk;
        for (size_t i = 0; (chunk = content_chunk(entity->content, i)); i++)
                hash_update(hash, chunk_digest(chunk), HASH_SIZE);
        hash_finish(hash, hex);
        hash_free(hash);
        for (ContentCoding coding = CODING_IDENTITY; coding < N_CODINGS; coding++)
                snprintf(entity->variants[coding].etag, HTTP_ETAG_SIZE, "\"%.*s%s%s\"", ETAG_DIGITS, hex,
                                coding == CODING_IDENTITY ? "" : "-",
                                coding == CODING_IDENTITY ? "" : coding_name(coding));
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
        HttpVariant *variant = &entity->variants[CODING_IDENTITY];
        variant->full = http_variants_identity(entity);
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
        for (ContentCoding coding = CODING_IDENTITY; r == 0 && coding < N_CODINGS; coding++)
                r = make_not_modified(options, &entity->variants[coding]);
        return r;
}

static int take_content(const HttpEntityOptions *options, HttpEntity *entity)
{
        if (options->content) {
                entity->content = content_ref(options->content);
                return 0;
        }
        CLEANUP(blob_unrefp) Blob *blob = blob_copy(options->bytes, options->len);
        return blob ? content_of_blob(blob, &entity->content) : -ENOMEM;
}

int http_entity_new(const HttpEntityOptions *options, HttpEntity **ret)
{
        *ret = NULL;
        CLEANUP(http_entity_unrefp) HttpEntity *entity = calloc(1, sizeof(*entity));
        if (!entity)
                return -ENOMEM;
        pthread_mutex_init(&entity->encoding, NULL);
        entity->refs = 1;
        entity->modified = options->modified;
        entity->encode = options->encode ? options->encode : content_encode;
        entity->codings = options->codings;
        snprintf(entity->media_type, sizeof(entity->media_type), "%.*s",
                        (int)strcspn(options->content_type, "; "), options->content_type);
        int r = take_content(options, entity);
        if (r == 0)
                r = make_variants(options, entity);
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
        for (ContentCoding coding = CODING_IDENTITY; coding < N_CODINGS; coding++) {
                if (entity->variants[coding].full)
                        MHD_destroy_response(entity->variants[coding].full);
                if (entity->variants[coding].not_modified)
                        MHD_destroy_response(entity->variants[coding].not_modified);
                pieces_free(entity->variants[coding].pieces);
        }
        content_unref(entity->content);
        pthread_mutex_destroy(&entity->encoding);
        free(entity);
        return NULL;
}

bool http_entity_same(const HttpEntity *one, const HttpEntity *other)
{
        return strcmp(one->variants[CODING_IDENTITY].etag, other->variants[CODING_IDENTITY].etag) == 0;
}
