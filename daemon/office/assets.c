#include "office/assets.h"

#include "base/hash.h"
#include "http/reply.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { HASH_DIGITS = 12, NOT_FOUND = 404 };

struct Assets {
        char path[sizeof(ASSETS_STYLE_PREFIX) + HASH_DIGITS + sizeof(".css")];
        HttpEntity *entity;
};

/* Embeds style.css. The Makefile has the dependency. */
__asm__(".pushsection .rodata\n"
        "office_style_begin: .incbin \"daemon/office/style.css\"\n"
        "office_style_end: .byte 0\n"
        ".popsection\n");
extern const char office_style_begin[] __attribute__((visibility("hidden")));
extern const char office_style_end[] __attribute__((visibility("hidden")));

int assets_new(Assets **ret)
{
        CLEANUP(assets_freep) Assets *assets = calloc(1, sizeof(*assets));
        char hex[HASH_HEX_SIZE];
        const HttpEntityOptions options = {
                .content_type = "text/css; charset=utf-8",
                .bytes = office_style_begin,
                .len = (size_t)(office_style_end - office_style_begin),
                .codings = CODING_BIT(CODING_GZIP),
                .cache_control = "public, max-age=31536000, immutable",
        };
        *ret = NULL;
        if (!assets)
                return -ENOMEM;
        hash_hex(options.bytes, options.len, hex);
        snprintf(assets->path, sizeof(assets->path), ASSETS_STYLE_PREFIX "%.*s.css", HASH_DIGITS, hex);
        int r = http_entity_new(&options, &assets->entity);
        if (r == 0)
                *ret = TAKE_PTR(assets);
        return r;
}

Assets *assets_free(Assets *assets)
{
        if (!assets)
                return NULL;
        http_entity_unref(assets->entity);
        free(assets);
        return NULL;
}

const char *assets_path(const Assets *assets)
{
        return assets->path;
}

int assets_reply(const Assets *assets, HttpRequest *request, const char *rest)
{
        return strcmp(rest, assets->path + strlen(ASSETS_STYLE_PREFIX)) == 0
                               ? http_reply_entity(request, assets->entity)
                               : http_reply_error(request, NOT_FOUND, NULL);
}
