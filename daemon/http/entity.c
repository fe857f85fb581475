#include "http/entity.h"

#include "base/digest.h"
#include "http/condition.h"
#include "http/entity-variants.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { ETAG_DIGITS = 20 };

static_assert(ETAG_DIGITS + 3 <= HTTP_ETAG_SIZE, "an ETag is its digits, two quotes and the NUL");

/* A header whose value is NULL is left out; this is false only when there is no memory or the value cannot be sent. */
static bool add_header(struct MHD_Response *response, const char *name, const char *value)
{
        return !value || MHD_add_response_header(response, name, value) == MHD_YES;
}

/* What a 304 carries too (RFC 9110, 15.4.5), with Last-Modified as a help to those who keep no ETag. */
static bool add_validators(
                struct MHD_Response *response, const HttpEntityOptions *options, const HttpVariant *variant)
{
        char modified[HTTP_DATE_SIZE];
        http_date_format(options->modified, modified);
        return add_header(response, "ETag", variant->etag) &&
               add_header(response, "Last-Modified", options->modified ? modified : NULL) &&
               add_header(response, "Cache-Control", options->cache_control) &&
               add_header(response, "Vary", "Accept-Encoding") &&
               add_header(response, "Access-Control-Allow-Origin", options->cors ? "*" : NULL);
}

static bool add_description(
                struct MHD_Response *response, const HttpEntityOptions *options, HttpCoding coding)
{
        char disposition[300];
        if (options->file_name)
                snprintf(disposition, sizeof(disposition), "inline; filename=\"%.255s\"",
                                options->file_name);
        return add_header(response, "Content-Type", options->content_type) &&
               add_header(response, "Content-Encoding", coding == HTTP_GZIP ? "gzip" : NULL) &&
               add_header(response, "Content-Disposition", options->file_name ? disposition : NULL) &&
               add_header(response, "X-Robots-Tag", options->noindex ? "noindex" : NULL) &&
               add_header(response, "X-Content-Type-Options", "nosniff");
}

static int make_etag(const HttpEntityOptions *options, const char *bytes, size_t len, HttpVariant *variant)
{
        char hex[DIGEST_HEX_SIZE];
        Digest *digest = digest_new();
        if (!digest)
                return -ENOMEM;
        digest_field(digest, options->etag_salt);
        digest_field(digest, options->content_type);
        digest_update(digest, bytes, len);
        digest_finish(digest, hex);
        digest_free(digest);
        snprintf(variant->etag, sizeof(variant->etag), "\"%.*s\"", ETAG_DIGITS, hex);
        return 0;
}

static int make_variant(const HttpEntityOptions *options, HttpCoding coding, HttpVariant *variant)
{
        const char *bytes = coding == HTTP_GZIP ? options->gzip : options->bytes;
        size_t len = coding == HTTP_GZIP ? options->gzip_len : options->len;
        int r = make_etag(options, bytes, len, variant);
        if (r < 0)
                return r;
        /* The library copies, and so never writes to them. */
        variant->full = MHD_create_response_from_buffer(len, (void *)bytes, MHD_RESPMEM_MUST_COPY);
        /* It goes out with a length of 0. The body's own length (RFC 9110, 8.6) makes old parsers wait for that body, an unknown one is sent as
         * chunked, which they wait for too; caches never take a length from a 304 (RFC 9111, 3.2). */
        variant->not_modified = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
        if (!variant->full || !variant->not_modified || !add_validators(variant->full, options, variant) ||
                        !add_validators(variant->not_modified, options, variant) ||
                        !add_description(variant->full, options, coding))
                return -ENOMEM;
        return 0;
}

int http_entity_new(const HttpEntityOptions *options, HttpEntity **ret)
{
        CLEANUP(http_entity_unrefp) HttpEntity *entity = calloc(1, sizeof(*entity));
        if (!entity)
                return -ENOMEM;
        entity->refs = 1;
        entity->modified = options->modified;
        snprintf(entity->media_type, sizeof(entity->media_type), "%.*s",
                        (int)strcspn(options->content_type, "; "), options->content_type);
        for (HttpCoding coding = HTTP_IDENTITY; coding < HTTP_N_CODINGS; coding++) {
                if (coding == HTTP_GZIP && !options->gzip)
                        continue;
                int r = make_variant(options, coding, &entity->variants[coding]);
                if (r < 0)
                        return r;
        }
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
        free(entity);
        return NULL;
}
